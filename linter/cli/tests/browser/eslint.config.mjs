import js from "@eslint/js";

const BROWSER = ["document", "window", "location", "history", "Option", "Event", "URLSearchParams", "setTimeout", "clearTimeout"];

export default [
    {
        files: ["page/*.js"],
        ...js.configs.recommended,
        languageOptions: {
            ecmaVersion: 2023,
            sourceType: "script",
            globals: Object.fromEntries([...BROWSER, "armlint"].map((name) => [name, "readonly"])),
        },
        rules: {
            ...js.configs.recommended.rules,
            eqeqeq: "error",
            "no-implicit-globals": "off",
            "no-redeclare": ["error", { builtinGlobals: false }],
            "no-unused-vars": ["error", { varsIgnorePattern: "^armlint$" }],
            "no-var": "error",
            "prefer-const": "error",
            strict: ["error", "global"],
        },
    },
];
