/** Why a requirement of roles that the server never plays has no tests. */
export const NOT_OURS = {
  client: "Binds clients: the server sends no requests and reads no responses.",
  proxy: "Binds intermediaries: the server forwards nothing.",
  registration: "Binds whoever registers a name, not implementations.",
} as const;
