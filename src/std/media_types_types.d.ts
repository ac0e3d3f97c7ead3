/**
 * The `Content-Type` of a file name's extension or of a media type, with the usual `charset`;
 * `undefined` where it is not known.
 */
export function contentType(extensionOrType: string): string | undefined;
