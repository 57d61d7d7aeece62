import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import globals from "globals";
import ts from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist", "node_modules", "src/api/schema.ts", "public"] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: { allowDefaultProject: ["scripts/*.mjs"] } },
    },
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      eqeqeq: "error",
      "no-restricted-properties": ["error", { property: "innerHTML", message: "Text of frames is never markup." }],
    },
  },
  { files: ["**/*.tsx"], ...hooks.configs.flat["recommended-latest"] },
  { files: ["scripts/*.mjs"], ...ts.configs.disableTypeChecked, languageOptions: { globals: globals.node } },
);
