/** How the product looks: calm, dense, one accent. */
import { Badge, Card, createTheme, Table, Tooltip, type MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e9fbf8",
  "#d3f3ee",
  "#a5e6dc",
  "#74d9c9",
  "#4fceba",
  "#38c7b0",
  "#29c3aa",
  "#18ac95",
  "#049984",
  "#00705f",
];

export const theme = createTheme({
  primaryColor: "brand",
  primaryShade: { light: 9, dark: 7 },
  colors: { brand: teal },
  fontFamily: 'Inter, "Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Code", "Roboto Mono", Menlo, Consolas, monospace',
  defaultRadius: "md",
  cursorType: "pointer",
  autoContrast: true,
  components: {
    Badge: Badge.extend({ defaultProps: { size: "sm", variant: "light", radius: "sm", tt: "none", fw: 500 } }),
    Card: Card.extend({ defaultProps: { withBorder: true, padding: "md", radius: "md" } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: "sm", fz: "sm" } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 250, fz: "xs", multiline: true, maw: 420 } }),
  },
});
