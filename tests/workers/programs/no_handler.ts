/** A module without a handler. */
export default "no handler";
