// @ts-types="./parse_args_types.d.ts"
export { parseArgs } from "@std/cli/parse-args";
