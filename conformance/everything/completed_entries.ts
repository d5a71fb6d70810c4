// Entries of the everything server whose arguments can be completed: by more values than an answer
// holds, by what is known of another argument, and in a template.

import type { Server } from "../../mod.ts";

const STREETS = new Map([["rome", ["via appia", "via veneto"]], ["paris", ["rue cler"]]]);
/** More than one answer may hold. */
const MANY = Array.from({ length: 150 }, (_, at) => `city${at + 1}`);

/** Registers them. */
export function addCompletedEntries(server: Server): void {
  server
    .prompt({
      name: "test_completed_prompt",
      description: "Has arguments that can be completed.",
      arguments: [
        {
          name: "city",
          description: "Has very many values.",
          complete: (value) => MANY.filter((city) => city.startsWith(value)),
        },
        {
          name: "street",
          description: "Depends on the city.",
          complete: (value, { arguments: known }) =>
            (STREETS.get(known.city ?? "") ?? []).filter((street) => street.startsWith(value)),
        },
      ],
      run: ({ city = "somewhere" }) => `Tell me of ${city}.`,
    })
    .resource({
      uriTemplate: "test://completed/{city}",
      name: "completed",
      description: "Has a variable that can be completed.",
      mimeType: "text/plain",
      complete: { city: (value) => [...STREETS.keys()].filter((city) => city.startsWith(value)) },
      read: (_uri, { city }) => `The city is ${city}.`,
    });
}
