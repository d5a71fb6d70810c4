// An image that stands for something in a user interface. Re-exported by types.ts. Types only.
// spec: basic (icons)

/** An image that stands for a server, tool, prompt or resource. */
export interface Icon {
  /** Where the image is: `https:` or `data:`. */
  readonly src: string;
  /** Such as `image/png`, where `src` does not say it. */
  readonly mimeType?: string;
  /** Sizes in pixels, such as `48x48`, or `any`. */
  readonly sizes?: readonly string[];
  /** The background it is made for. */
  readonly theme?: "light" | "dark";
}
