import js from "@eslint/js";
import query from "@tanstack/eslint-plugin-query";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import { readdirSync } from "node:fs";
import tseslint from "typescript-eslint";

const features = readdirSync("src/features");

/** Code points one way: shared (components, lib, config) <- features <- app. */
const layers = [
  { target: "./src/features", from: "./src/app" },
  { target: ["./src/components", "./src/lib", "./src/config"], from: ["./src/features", "./src/app"] },
  { target: ["./src/app", "./src/features", "./src/components", "./src/lib"], from: "./src/testing" },
  ...features.map((name) => ({
    target: `./src/features/${name}`,
    from: "./src/features",
    except: [`./${name}`, ...shared(name)],
  })),
];

/** The few features that another one builds on. */
function shared(name) {
  if (name === "backups") return ["./account", "./buckets", "./deployments", "./nodes", "./templates", "./timelines"];
  if (name === "deployments") return ["./account", "./billing", "./nodes", "./templates", "./session"];
  if (name === "home") return ["./activity", "./billing", "./deployments", "./nodes", "./notices", "./provisions"];
  if (name === "nodes") return ["./ssh-keys"];
  if (name === "plans") return ["./account", "./billing"];
  if (name === "proofs") return ["./provisions", "./timelines"];
  if (name === "provisions") return ["./credentials", "./nodes", "./timelines"];
  if (name === "leaving") return ["./backups", "./deployments", "./timelines"];
  return [];
}

export default tseslint.config(
  { ignores: ["dist", "node_modules", "**/*.gen.ts"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  ...query.configs["flat/recommended"],
  reactHooks.configs.flat["recommended-latest"],
  jsxA11y.flatConfigs.strict,
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [
        createNodeResolver({
          extensions: [".ts", ".tsx", ".js"],
          alias: { "@": [`${import.meta.dirname}/src`] },
        }),
      ],
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones: layers }],
      "import-x/no-cycle": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // The router signals redirects and missing pages by throwing what it made for that.
      "@typescript-eslint/only-throw-error": "off",
    },
  },
  {
    // Tests show the whole app, from wherever they stand.
    files: ["src/**/*.test.{ts,tsx}"],
    rules: { "import-x/no-restricted-paths": "off" },
  },
  {
    files: ["**/*.js"],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { globals: globals.node, parserOptions: { projectService: false } },
  },
);
