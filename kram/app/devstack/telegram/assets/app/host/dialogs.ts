/** Popups, codes, the clipboard. */

import type { Phone } from "../../device/phone";
import { ask, askText, type Choice } from "../../sheets/dialog";
import type { Handlers, MiniApp } from "../mini_app";
import type { Data } from "../protocol";

interface PopupButton {
  id: string;
  type: string;
  text?: string;
}

export const dialogHandlers: Handlers = {
  web_app_open_popup: openPopup,
  web_app_open_scan_qr_popup: scan,
  web_app_close_scan_qr_popup: () => undefined, // ours closes with every answer
  web_app_read_text_from_clipboard: readClipboard,
};

async function openPopup(app: MiniApp, data: Data): Promise<void> {
  const buttons = (data["buttons"] ?? []) as PopupButton[];
  const choices = buttons.map((button, at) => choice(app.phone, button, at));
  const title = String(data["title"] ?? "");
  const answer = await ask(app.phone, title, String(data["message"] ?? ""), choices);
  const pressed = answer === null ? undefined : buttons[Number(answer)];
  app.post("popup_closed", pressed ? { button_id: pressed.id } : {});
}

function choice(phone: Phone, button: PopupButton, at: number): Choice {
  const words: Record<string, string> = {
    ok: phone.word("ok"),
    close: phone.word("close"),
    cancel: phone.word("cancel"),
  };
  return {
    id: String(at),
    text: button.text ?? words[button.type] ?? button.type,
    look: button.type === "destructive" ? "destructive" : button.type === "ok" ? "strong" : "default",
  };
}

async function scan(app: MiniApp, data: Data): Promise<void> {
  const { phone } = app;
  const text = String(data["text"] ?? "") || phone.word("qr_text");
  const code = await askText(phone, phone.word("qr_title"), text, phone.word("qr_label"), phone.word("done"));
  if (code === null) app.post("scan_qr_popup_closed");
  else app.post("qr_text_received", { data: code });
}

/** An empty clipboard and a refused one look the same to the app. */
async function readClipboard(app: MiniApp, data: Data): Promise<void> {
  const text = await navigator.clipboard.readText().catch(() => null);
  app.post("clipboard_text_received", { req_id: data["req_id"], data: text });
}
