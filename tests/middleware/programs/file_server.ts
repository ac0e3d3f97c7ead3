/** Serves the files of the folder that its argument names. */
import { serve } from "../../../mod.ts";
import { staticFiles } from "../../../src/middleware/static_files.ts";

serve({ hostname: "127.0.0.1", port: 0 }, staticFiles(Deno.args[0]));
