// Skills of the everything server: one with folders, one alone, one further down.
// Used by `everything_server.ts` only.

import type { Server } from "../../mod.ts";
import { createSkills } from "../../src/server/skills/create_skills.ts";
import { PIXEL_PNG } from "./samples.ts";

/** Uses the extension. */
export function addSkills(server: Server): void {
  server.use(createSkills({
    skills: [
      {
        path: "pdf-forms",
        files: {
          "SKILL.md": PDF_FORMS,
          "references/fields.md": "# Fields\n\nA field has a name, a type and a value.\n",
          "references/types/text.md": "# Text\n\nOne line, or several.\n",
          "assets/pixel.png": Uint8Array.from(atob(PIXEL_PNG), (char) => char.charCodeAt(0)),
          "scripts/fill.py": 'print("filled")\n',
        },
      },
      { path: "greeting", files: { "SKILL.md": GREETING } },
      { path: "office/minutes", files: { "SKILL.md": MINUTES } },
    ],
  }));
}

const PDF_FORMS = `---
name: pdf-forms
description: >-
  Fills in the forms of PDF files.
  Use it when somebody has a form to fill in.
license: MIT
metadata:
  author: lmcp
  version: "1.0"
compatibility: Needs a server with files.
allowed-tools: read_file shell
---

# PDF forms

Read references/fields.md first.
`;

const GREETING = `---
name: greeting
description: "Greets people: by name, and politely."
---

Say hello.
`;

const MINUTES = `---
name: minutes
description: Writes the minutes of a meeting
  from what was said.
metadata:
  pages: "2"
  draft: 'true'
---

Write down what was decided.
`;
