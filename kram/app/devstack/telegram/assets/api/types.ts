/** What the simulator's server sends: Telegram's objects, and its own views of them. */

export interface User {
  id: number;
  first_name: string;
  last_name?: string;
  username?: string;
}

export interface Person {
  id: number;
  first_name: string;
  last_name?: string;
  username?: string;
  language_code?: string;
  phone_number?: string;
}

export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  language?: string;
}

export interface InlineButton {
  text: string;
  style?: "danger" | "success" | "primary";
  url?: string;
  callback_data?: string;
  web_app?: { url: string };
  copy_text?: { text: string };
  switch_inline_query?: string;
  switch_inline_query_current_chat?: string;
  pay?: boolean;
  disabled?: unknown;
}

export interface KeyboardButton {
  text: string;
  style?: "danger" | "success" | "primary";
  request_contact?: boolean;
  request_location?: boolean;
  request_managed_bot?: { suggested_name?: string; suggested_username?: string };
  web_app?: { url: string };
}

interface ReplyKeyboard {
  keyboard?: KeyboardButton[][];
  input_field_placeholder?: string;
}

interface PhotoSize {
  file_id: string;
  width: number;
  height: number;
}

export interface Message {
  message_id: number;
  from?: User;
  date: number;
  edit_date?: number;
  via_bot?: User;
  forward_origin?: Record<string, unknown>;
  reply_to_message?: Message;
  text?: string;
  entities?: Entity[];
  caption?: string;
  caption_entities?: Entity[];
  photo?: PhotoSize[];
  document?: { file_id: string; file_name?: string; file_size: number };
  contact?: { phone_number: string; first_name: string; last_name?: string };
  location?: { latitude: number; longitude: number };
  invoice?: { title: string; description: string; currency: string; total_amount: number };
  successful_payment?: { currency: string; total_amount: number };
  refunded_payment?: { currency: string; total_amount: number };
  managed_bot_created?: { bot: User };
  web_app_data?: { data: string; button_text: string };
  write_access_allowed?: unknown;
  new_chat_members?: User[];
  left_chat_member?: User;
  reply_markup?: { inline_keyboard: InlineButton[][] };
}

interface MenuButton {
  type: "default" | "commands" | "web_app";
  text?: string;
  web_app?: { url: string };
}

export interface ChatView {
  key: string;
  id: number;
  type: string;
  title: string;
  has_started: boolean;
  is_blocked: boolean;
  unread: number;
  bot: User | null;
  photo: string | null;
  description: string;
  short_description: string;
  menu_button: MenuButton | null;
  commands: { command: string; description: string }[];
  reply_keyboard: ReplyKeyboard | null;
  has_main_app: boolean;
  members: User[];
  member_count: number;
  last_message: Message | null;
}

export interface LabeledPrice {
  label: string;
  amount: number;
}

export interface Invoice {
  slug: string;
  title: string;
  description: string;
  currency: string;
  prices: LabeledPrice[];
  photo_url?: string;
  subscription_period?: number;
  need_name?: boolean;
  need_phone_number?: boolean;
  need_email?: boolean;
  need_shipping_address?: boolean;
  is_flexible?: boolean;
  max_tip_amount?: number;
  suggested_tip_amounts?: number[];
}

export interface ShippingOption {
  id: string;
  title: string;
  prices: LabeledPrice[];
}

export interface PayResult {
  status: string;
  error: string | null;
}

export interface OpenedApp {
  url: string;
}

export interface InlineResult {
  type: string;
  title?: string;
  description?: string;
  caption?: string;
  photo_url?: string;
  input_message_content?: { message_text: string };
}

export type Scheme = "light" | "dark";
export type ThemeParams = Record<string, string>;

/** What the page was opened with. */
export interface Boot {
  themes: Record<Scheme, ThemeParams>;
  link: string;
  users: string;
  bot: string;
  kram: string;
}

export interface News {
  kind: "hello" | "reset" | "message" | "chat" | "deleted" | "action" | "person";
  people?: number[];
  chat?: string;
  message?: Message;
  message_id?: number;
  action?: string;
  person?: Person;
}
