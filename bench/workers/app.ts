/** What is served while workers are measured. */
import { text } from "../../mod.ts";

const hello = text("Hello, World!");

export default () => hello;
