/** What a person gives away only when asked: the number, the place. */

import type { Phone } from "../device/phone";
import { confirm } from "./dialog";

/** Where everybody here is: the middle of Kyiv. */
export const HERE = { latitude: 50.4501, longitude: 30.5234 };

export function mayShareContact(phone: Phone, name: string): Promise<boolean> {
  const text = phone.word("share_contact_text", { name });
  return confirm(phone, phone.word("share_contact_title"), text, phone.word("share"));
}
