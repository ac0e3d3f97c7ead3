/** Tells what its worker may do. */
const NAMES = ["env", "net", "read", "run"] as const;

export default () => {
  const states = NAMES.map((name) => `${name} ${Deno.permissions.querySync({ name }).state}`);
  return new Response(states.join(", "));
};
