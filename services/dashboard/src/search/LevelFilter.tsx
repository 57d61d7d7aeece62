import { Select } from "@mantine/core";

import type { RiskLevel } from "../api/client";
import { RISK_LEVELS } from "../format/words";

interface Props {
  value: RiskLevel | undefined;
  onChange: (level: RiskLevel | undefined) => void;
}

export function LevelFilter({ value, onChange }: Props) {
  return (
    <Select
      aria-label="Risk level"
      placeholder="Any risk"
      size="xs"
      w={150}
      clearable
      data={RISK_LEVELS.filter((level) => level !== "none").map((level) => ({
        value: level,
        label: level === "high" ? level : `${level} or higher`,
      }))}
      value={value ?? null}
      onChange={(level) => {
        onChange(RISK_LEVELS.find((each) => each === level));
      }}
    />
  );
}
