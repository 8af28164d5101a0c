/** Parcels on their way, and goods on their way back. */
import { all, copyOf, fill, find } from "../page/dom";

export interface Returnable {
  line_id: string;
  title: string;
  left: number;
}

export interface Parcel {
  name: string;
  tracking: string;
  url: string;
}

interface ReturnWish {
  lines: { line_id: string; quantity: number }[];
  reason: string;
  comment: string;
  photos: string[];
}

export function drawParcels(shown: HTMLElement, parcels: Parcel[]): void {
  const known = parcels.filter((parcel) => parcel.tracking);
  find(shown, "[data-parcels]").hidden = known.length === 0;
  const items = known.map((parcel) => {
    const item = fill(copyOf("parcel-line"), { ...parcel });
    if (/^https?:\/\//.test(parcel.url)) find<HTMLAnchorElement>(item, "a").href = parcel.url;
    return item;
  });
  find(shown, "[data-parcel-list]").replaceChildren(...items);
}

export function drawReturn(shown: HTMLElement, returnable: Returnable[]): void {
  find(shown, "[data-return]").hidden = returnable.length === 0;
  const items = returnable.map((line) => {
    const item = fill(copyOf("return-line"), { title: line.title });
    const input = find<HTMLInputElement>(item, "input");
    input.max = String(line.left);
    input.name = line.line_id;
    input.dataset["units"] = "";
    return item;
  });
  find(shown, "[data-return-lines]").replaceChildren(...items);
}

export function returnWish(form: HTMLFormElement): ReturnWish {
  const typed = new FormData(form);
  const lines = all<HTMLInputElement>(form, "[data-units]")
    .map((input) => ({ line_id: input.name, quantity: input.valueAsNumber }))
    .filter((line) => line.quantity > 0);
  return {
    lines,
    reason: String(typed.get("reason") ?? "other"),
    comment: String(typed.get("comment") ?? ""),
    photos: [],
  };
}
