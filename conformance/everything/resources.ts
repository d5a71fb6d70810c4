// The resources of the everything server: text, bytes, a template, and one that can be watched.

import type { Server } from "../../mod.ts";
import { PIXEL_PNG } from "./samples.ts";

/** Registers them. */
export function addResources(server: Server): void {
  server
    .resource({
      uri: "test://static-text",
      name: "static_text",
      description: "A text that never changes.",
      mimeType: "text/plain",
      read: () => "This is the content of the static text resource.",
    })
    .resource({
      uri: "test://static-binary",
      name: "static_binary",
      description: "An image that never changes.",
      mimeType: "image/png",
      read: () => ({ blob: PIXEL_PNG }),
    })
    .resource({
      uri: "test://watched-resource",
      name: "watched_resource",
      description: "A text that clients can subscribe to.",
      mimeType: "text/plain",
      read: () => "This is the content of the watched resource.",
    })
    .resource({
      uri: "test://asking-resource",
      name: "asking_resource",
      description: "Asks whom it is for before it can be read.",
      mimeType: "text/plain",
      async read(_uri, ctx) {
        const { action, content } = await ctx.elicit({
          key: "reader",
          message: "Who reads?",
          schema: {
            type: "object",
            properties: { name: { type: "string" } },
            required: ["name"],
          },
        });
        return action === "accept" ? `For ${content.name}.` : "For nobody.";
      },
    })
    .resource({
      uriTemplate: "test://template/{id}/data",
      name: "template_data",
      description: "Data for an id.",
      mimeType: "application/json",
      read: (_uri, { id }) => JSON.stringify({ id, data: `Data for ${id}` }),
    });
}
