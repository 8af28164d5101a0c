/** A conversation as all parts of its screen see it. */

import { chats as api, type SentContent } from "../api/client";
import type { ChatView, Message } from "../api/types";
import type { Phone } from "../device/phone";
import { Emitter } from "../dom/emitter";

/** `reply`: the person is about to answer this message. */
export class Talk extends Emitter<{ reply: Message }> {
  constructor(
    readonly phone: Phone,
    public chat: ChatView,
  ) {
    super();
  }

  async send(content: SentContent): Promise<void> {
    await api.send(this.chat.key, this.phone.person.id, content);
  }
}
