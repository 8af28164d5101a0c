/** What was typed last time, on this device. */
import { facts } from "../page/facts";
import { forGood, keep, recall } from "../page/memory";

export interface Contact {
  recipient: string;
  phone: string;
  address: string;
  delivery: string;
  payment: string;
}

const key = `kram.contact.${facts.base}`;

export function recallContact(): Contact | null {
  return recall<Contact>(forGood, key);
}

export function keepContact(contact: Contact): void {
  keep(forGood, key, contact);
}
