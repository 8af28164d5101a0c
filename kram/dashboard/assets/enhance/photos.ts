// Shows chosen photos before they are sent, and lets them be dragged into order.
export function wirePhotos(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("input[data-previews]")) {
    const shown = document.querySelector<HTMLElement>(input.dataset.previews ?? "");
    if (!shown) continue;
    input.onchange = () => {
      preview(input, shown);
      if (input.dataset.sendAtOnce !== undefined && input.files?.length) {
        input.form?.requestSubmit();
      }
    };
  }
  for (const list of root.querySelectorAll<HTMLElement>("[data-sortable]")) wireOrder(list);
}

function preview(input: HTMLInputElement, shown: HTMLElement): void {
  shown.replaceChildren(
    ...[...(input.files ?? [])].map((file) => {
      const figure = document.createElement("div");
      figure.className = "photo";
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = file.name;
      image.onload = () => URL.revokeObjectURL(image.src);
      figure.append(image);
      return figure;
    }),
  );
}

function wireOrder(list: HTMLElement): void {
  const form = document.querySelector<HTMLFormElement>(list.dataset.sortable ?? "");
  let dragged: HTMLElement | null = null;
  for (const photo of list.querySelectorAll<HTMLElement>("[data-photo]")) {
    photo.draggable = true;
    photo.ondragstart = () => {
      dragged = photo;
      photo.classList.add("is-dragged");
    };
    photo.ondragover = (event) => {
      event.preventDefault();
      if (!dragged || dragged === photo) return;
      const { left, width } = photo.getBoundingClientRect();
      photo[event.clientX < left + width / 2 ? "before" : "after"](dragged);
    };
    photo.ondragend = () => {
      photo.classList.remove("is-dragged");
      dragged = null;
      if (form) sendOrder(list, form);
    };
  }
}

function sendOrder(list: HTMLElement, form: HTMLFormElement): void {
  const field = form.elements.namedItem("order") as HTMLInputElement;
  const order = [...list.querySelectorAll<HTMLElement>("[data-photo]")];
  const ids = order.map((photo) => photo.dataset.photo).join(" ");
  if (ids === field.value) return;
  field.value = ids;
  form.requestSubmit();
}
