/** Calls by hour, those that failed on top. Loaded apart: the chart library is the largest part of the pages. */
import "@mantine/charts/styles.css";

import { BarChart } from "@mantine/charts";

import type { Hour } from "../api/client";
import { hour } from "../format/times";

const SERIES = [
  { name: "ok", label: "not failed", color: "brand.6" },
  { name: "errors", label: "errors", color: "red.6" },
];

export default function HourlyChart({ hours }: { hours: readonly Hour[] }) {
  const data = hours.map((each) => ({ hour: hour(each.hour), ok: each.calls - each.errors, errors: each.errors }));
  return (
    <BarChart
      h={216}
      data={data}
      dataKey="hour"
      type="stacked"
      series={SERIES}
      withLegend
      legendProps={{ verticalAlign: "top", height: 34 }}
      gridAxis="x"
      tickLine="none"
      yAxisProps={{ width: 42, allowDecimals: false }}
      xAxisProps={{ minTickGap: 28 }}
      barProps={{ isAnimationActive: false, maxBarSize: 30 }}
    />
  );
}
