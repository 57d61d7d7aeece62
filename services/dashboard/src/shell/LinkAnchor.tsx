/** Mantine's anchor as a link of the router, with its types. */
import { Anchor, type AnchorProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type Props = AnchorProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "color" | "style"> & { ref?: Ref<HTMLAnchorElement> };

export const LinkAnchor = createLink((props: Props) => <Anchor {...props} />);
