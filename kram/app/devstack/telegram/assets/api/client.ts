/** Calls of the simulator's control API, in the words of a person who holds a phone. */

import type {
  ChatView,
  InlineResult,
  Invoice,
  Message,
  OpenedApp,
  PayResult,
  Person,
  Scheme,
  ShippingOption,
  User,
} from "./types";

/** The server refused; the message is its reason. */
export class Refusal extends Error {}

/** What to tell the person. */
export const reasonOf = (error: unknown): string =>
  error instanceof Refusal ? error.message : String(error);

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "content-type": "application/json" };
  }
  const answer = await fetch(`/_control/${path}`, init);
  const text = await answer.text();
  const value: unknown = text ? JSON.parse(text) : null;
  if (!answer.ok) {
    const { error, detail } = value as { error?: string; detail?: string };
    throw new Refusal(error ?? detail ?? answer.statusText);
  }
  return value as T;
}

const get = <T>(path: string, values: Record<string, string | number> = {}): Promise<T> =>
  call<T>("GET", `${path}?${new URLSearchParams(Object.entries(values).map(([k, v]) => [k, String(v)]))}`);
const post = <T>(path: string, body: unknown): Promise<T> => call<T>("POST", path, body);

export interface Pay {
  slug: string;
  user_id: number;
  order_info?: Record<string, unknown>;
  shipping_option?: ShippingOption;
  tip_amount?: number;
}

export interface Launch {
  bot: number;
  user_id: number;
  url?: string;
  start_param?: string;
  keyboard_button?: boolean;
  color_scheme: Scheme;
}

export interface SentContent {
  text?: string;
  photo?: string;
  document?: string;
  file_name?: string;
  caption?: string;
  own_contact?: boolean;
  location?: { latitude: number; longitude: number };
  web_app_data?: { data: string; button_text: string };
  reply_to?: number;
}

export const people = {
  list: () => get<Person[]>("people"),
  create: (body: Partial<Person>) => post<Person>("people", body),
  change: (id: number, body: Partial<Person>) => call<Person>("PATCH", `people/${id}`, body),
  directory: () => get<User[]>("directory"),
};

export const chats = {
  list: (userId: number) => get<ChatView[]>("chats", { user_id: userId }),
  one: (key: string, userId: number) => get<ChatView>(`chats/${key}`, { user_id: userId }),
  messages: (chat: string) => get<Message[]>("messages", { chat }),
  send: (chat: string, userId: number, content: SentContent) =>
    post<Message>("messages", { chat, user_id: userId, ...content }),
  start: (bot: number, userId: number, payload: string) =>
    post<Message>("start", { bot, user_id: userId, payload }),
  block: (bot: number, userId: number) => post<void>("block", { bot, user_id: userId }),
  unblock: (bot: number, userId: number) => post<void>("unblock", { bot, user_id: userId }),
  allowWriting: (bot: number, userId: number) =>
    post<void>("write-access", { bot, user_id: userId }),
  read: (chat: string, userId: number) => post<void>("read", { chat, user_id: userId }),
  tap: (chat: string, userId: number, messageId: number, data: string) =>
    post<{ answer: { text: string; show_alert: boolean; url: string } | null }>("tap", {
      chat,
      user_id: userId,
      message_id: messageId,
      data,
      wait_seconds: 15,
    }),
  createGroup: (title: string, memberIds: number[], bots: number[]) =>
    post<{ key: string }>("groups", { title, member_ids: memberIds, bots }),
  addBot: (key: string, bot: number, by: number) => post<void>(`groups/${key}/bots`, { bot, by }),
};

export const bots = {
  createManaged: (name: string, username: string, ownerId: number, manager: string) =>
    post<{ username: string }>("bots", { name, username, owner_id: ownerId, manager }),
};

export const money = {
  invoice: (slug: string) => get<Invoice>(`invoices/${slug}`),
  invoiceOf: (chat: string, messageId: number) =>
    get<Invoice>(`messages/${messageId}/invoice`, { chat }),
  shipping: (slug: string, userId: number, address: Record<string, string>) =>
    post<{ options: ShippingOption[]; error: string | null }>("shipping", {
      slug,
      user_id: userId,
      address,
    }),
  pay: (body: Pay) => post<PayResult>("pay", body),
};

export const apps = {
  launch: (body: Launch) => post<OpenedApp>("launch", body),
  contact: (bot: number, userId: number) =>
    get<{ contact: string }>("contact-data", { bot, user_id: userId }),
  prepared: (id: string, userId: number) =>
    get<InlineResult>(`prepared/${id}`, { user_id: userId }),
  share: (id: string, userId: number, chat: string) =>
    post<Message>("share", { id, user_id: userId, chat }),
  inline: (bot: number, userId: number, query: string, chat?: string, choose = 0) =>
    post<InlineResult[]>("inline", { bot, user_id: userId, query, chat: chat ?? null, choose }),
  stored: (area: string, bot: number, userId: number) =>
    get<Record<string, string>>(`storage/${area}`, { bot, user_id: userId }),
  store: (area: string, bot: number, userId: number, values: Record<string, string | null>) =>
    call<Record<string, string>>(
      "PUT",
      `storage/${area}?bot=${bot}&user_id=${userId}`,
      values,
    ),
};

export const fileUrl = (fileId: string): string => `/_control/files/${fileId}`;
