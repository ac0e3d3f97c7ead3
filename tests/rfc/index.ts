import { RFC9110_SECTION_4 } from "./rfc9110_section_4.ts";
import { RFC9110_SECTION_5 } from "./rfc9110_section_5.ts";
import { RFC9110_SECTION_6 } from "./rfc9110_section_6.ts";
import { RFC9110_SECTION_7 } from "./rfc9110_section_7.ts";
import { RFC9110_SECTION_8 } from "./rfc9110_section_8.ts";
import { RFC9110_SECTION_9 } from "./rfc9110_section_9.ts";
import { RFC9110_SECTION_10 } from "./rfc9110_section_10.ts";
import { RFC9110_SECTION_12 } from "./rfc9110_section_12.ts";
import { RFC9110_SECTION_13 } from "./rfc9110_section_13.ts";
import { RFC9110_SECTION_14 } from "./rfc9110_section_14.ts";
import { RFC9110_SECTION_15 } from "./rfc9110_section_15.ts";
import { RFC9112_SECTION_10 } from "./rfc9112_section_10.ts";
import { RFC9112_SECTION_2 } from "./rfc9112_section_2.ts";
import { RFC9112_SECTION_3 } from "./rfc9112_section_3.ts";
import { RFC9112_SECTION_6 } from "./rfc9112_section_6.ts";
import { RFC9112_SECTION_9 } from "./rfc9112_section_9.ts";
import { RFC9112_SECTION_4, RFC9112_SECTION_5 } from "./rfc9112_sections_4_to_5.ts";
import { RFC9112_SECTION_7, RFC9112_SECTION_8 } from "./rfc9112_sections_7_to_8.ts";
import type { Requirement } from "./requirement.ts";

/** What each specification requires, a row for each keyword of its text, in its order. */
export const INDEX: Readonly<Record<"RFC 9110" | "RFC 9112", readonly Requirement[]>> = {
  "RFC 9110": [
    ...RFC9110_SECTION_4,
    ...RFC9110_SECTION_5,
    ...RFC9110_SECTION_6,
    ...RFC9110_SECTION_7,
    ...RFC9110_SECTION_8,
    ...RFC9110_SECTION_9,
    ...RFC9110_SECTION_10,
    ...RFC9110_SECTION_12,
    ...RFC9110_SECTION_13,
    ...RFC9110_SECTION_14,
    ...RFC9110_SECTION_15,
  ],
  "RFC 9112": [
    ...RFC9112_SECTION_2,
    ...RFC9112_SECTION_3,
    ...RFC9112_SECTION_4,
    ...RFC9112_SECTION_5,
    ...RFC9112_SECTION_6,
    ...RFC9112_SECTION_7,
    ...RFC9112_SECTION_8,
    ...RFC9112_SECTION_9,
    ...RFC9112_SECTION_10,
  ],
};
