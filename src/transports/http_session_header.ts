// The header that names a session, spelled once. Read by the session routes, told to browsers by
// `cors.ts`.

/** The name of the header, as it is compared. */
export const SESSION_HEADER = "mcp-session-id";

/** The name of the header, as it is shown. */
export const SESSION_HEADER_TITLE = "Mcp-Session-Id";
