/** What an app and its client tell each other. */

export type Data = Record<string, unknown>;
export type Post = (eventType: string, eventData?: Data) => void;
