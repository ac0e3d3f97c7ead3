/** A module that ends its worker before it can listen. */
throw new Error("No database");
export default () => new Response();
