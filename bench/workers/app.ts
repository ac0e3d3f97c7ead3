/** What is served while workers are measured: a plain text, and a page that takes some work. */
import { html, routes, text } from "../../mod.ts";

const ROWS = Array.from({ length: 400 }, (_, index) => ({ id: index, name: `A & B <${index}>` }));

export default routes({
  "GET /": () => text("Hello, World!"),
  "GET /page": () => html(`<!doctype html><table>${ROWS.map(row).join("")}</table>`),
});

function row({ id, name }: { readonly id: number; readonly name: string }): string {
  return `<tr><td>${id}</td><td>${escapeHtml(name)}</td></tr>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
