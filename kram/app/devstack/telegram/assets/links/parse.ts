/** Reads links of Telegram: https://core.telegram.org/api/links. */

export type Target =
  | { kind: "invoice"; slug: string }
  | { kind: "newbot"; manager: string; username: string; name: string }
  | {
      kind: "bot";
      username: string;
      start: string | null;
      startApp: string | null;
      startGroup: string | null;
      text: string | null;
    }
  | { kind: "outside"; url: string }
  | { kind: "unknown" };

const HOSTS = new Set(["t.me", "telegram.me", "telegram.dog"]);
const USERNAME = /^[A-Za-z][A-Za-z0-9_]{2,31}$/;

export function parse(link: string): Target {
  let url: URL;
  try {
    url = new URL(/^[a-z+]+:/i.test(link) ? link : `https://${link}`);
  } catch {
    return { kind: "unknown" };
  }
  const inside = HOSTS.has(url.hostname)
    ? url.pathname
    : url.host === location.host && url.pathname.startsWith("/t.me/")
      ? url.pathname.slice("/t.me".length)
      : null;
  if (url.protocol === "tg:") return fromScheme(url);
  if (inside !== null) return fromPath(decodeURIComponent(inside), url.searchParams);
  if (!["http:", "https:", "mailto:", "tel:"].includes(url.protocol)) return { kind: "unknown" };
  return { kind: "outside", url: url.href };
}

function fromPath(path: string, values: URLSearchParams): Target {
  const [first = "", second, third] = path.split("/").filter(Boolean);
  if (first.startsWith("$")) return { kind: "invoice", slug: first.slice(1) };
  if (first === "invoice" && second) return { kind: "invoice", slug: second };
  if (first === "newbot" && second) {
    return { kind: "newbot", manager: second, username: third ?? "", name: values.get("name") ?? "" };
  }
  return USERNAME.test(first) ? toBot(first, values, second !== undefined) : { kind: "unknown" };
}

/** tg://resolve?domain=name&… */
function fromScheme(url: URL): Target {
  const domain = url.searchParams.get("domain");
  const slug = url.searchParams.get("slug");
  if (url.host === "resolve" && domain) {
    return toBot(domain, url.searchParams, url.searchParams.has("appname"));
  }
  return url.host === "invoice" && slug ? { kind: "invoice", slug } : { kind: "unknown" };
}

/** A second part of the path is the short name of a Mini App. */
function toBot(username: string, values: URLSearchParams, hasApp: boolean): Target {
  const startApp = values.get("startapp");
  return {
    kind: "bot",
    username,
    start: values.get("start"),
    startApp: startApp ?? (hasApp ? "" : null),
    startGroup: values.get("startgroup"),
    text: values.get("text"),
  };
}
