// @ts-types="./glob_types.d.ts"
export { globToRegExp } from "@std/path/posix/glob-to-regexp";
