// @ts-types="./media_types_types.d.ts"
export { contentType } from "@std/media-types/content-type";
