/** A JSON value as a tree that folds; tokens of findings are chips where their path says so. */
import { useState } from "react";

import type { Finding } from "../api/client";
import { Redacted } from "./Redacted";
import { children, type Json } from "./exactJson";
import { elementPath, isWithin, memberPath, ROOT } from "./jsonPath";
import classes from "./JsonTree.module.css";

const OPEN_DEPTH = 3;
const CHILDREN_AT_FIRST = 50;
const TEXT_AT_FIRST = 600;

interface NodeProps {
  value: Json;
  path: string;
  depth: number;
  /** Those at or below this path. */
  findings: readonly Finding[];
  name?: React.ReactNode;
}

export function JsonTree({ value, findings }: { value: Json; findings: readonly Finding[] }) {
  return (
    <div className={classes.tree}>
      <Node value={value} path={ROOT} depth={0} findings={findings} />
    </div>
  );
}

function Node(props: NodeProps) {
  const members = children(props.value);
  return members === undefined || members.length === 0 ? (
    <div className={classes.leaf}>
      {props.name}
      <Leaf {...props} />
    </div>
  ) : (
    <Branch {...props} members={members} />
  );
}

function Branch({
  value,
  path,
  depth,
  findings,
  name,
  members,
}: NodeProps & { members: NonNullable<ReturnType<typeof children>> }) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const [shown, setShown] = useState(CHILDREN_AT_FIRST);
  const [begin, end] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return (
    <div>
      <button
        type="button"
        className={classes.fold}
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <span className={classes.mark} aria-hidden>
          {open ? "▾" : "▸"}
        </span>
        {name}
        <span className="quiet">{open ? begin : `${begin} ${members.length} ${end}`}</span>
      </button>
      {open ? (
        <>
          <div className={classes.children}>
            {members.slice(0, shown).map(([key, child]) => {
              const childPath = typeof key === "number" ? elementPath(path, key) : memberPath(path, key);
              const within = findings.filter((finding) => isWithin(finding.path, childPath));
              const label =
                typeof key === "number" ? null : <Name name={key} findings={within.filter((each) => each.in_key)} />;
              return <Node key={key} value={child} path={childPath} depth={depth + 1} findings={within} name={label} />;
            })}
            {members.length > shown ? (
              <button
                type="button"
                className={classes.more}
                onClick={() => {
                  setShown(shown + 10 * CHILDREN_AT_FIRST);
                }}
              >
                {members.length - shown} more
              </button>
            ) : null}
          </div>
          <span className={classes.end}>{end}</span>
        </>
      ) : null}
    </div>
  );
}

function Name({ name, findings }: { name: string; findings: readonly Finding[] }) {
  return (
    <span className={classes.name}>
      <Redacted text={name} findings={findings} />
      <span className="quiet">: </span>
    </span>
  );
}

function Leaf({ value, findings }: NodeProps) {
  if (typeof value === "string") {
    return <StringLeaf text={value} findings={findings.filter((each) => !each.in_key)} />;
  }
  if (value === null || typeof value === "boolean") {
    return <span className={classes.word}>{String(value)}</span>;
  }
  if ("source" in value) {
    return <span className={classes.number}>{value.source}</span>;
  }
  return <span className="quiet">{Array.isArray(value) ? "[ ]" : "{ }"}</span>;
}

function StringLeaf({ text, findings }: { text: string; findings: readonly Finding[] }) {
  const [whole, setWhole] = useState(text.length <= TEXT_AT_FIRST);
  return (
    <span className={classes.string}>
      “<Redacted text={whole ? text : text.slice(0, TEXT_AT_FIRST)} findings={findings} />
      {whole ? (
        "”"
      ) : (
        <button
          type="button"
          className={classes.more}
          onClick={() => {
            setWhole(true);
          }}
        >
          … {text.length - TEXT_AT_FIRST} more characters
        </button>
      )}
    </span>
  );
}
