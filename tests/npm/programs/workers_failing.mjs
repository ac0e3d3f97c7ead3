// A module that no worker can serve.
export default "no handler";
