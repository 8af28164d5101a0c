/** What an app keeps: in Telegram's cloud, on the device, in its safe. */

import { apps } from "../../api/client";
import type { Handlers, MiniApp } from "../mini_app";
import type { Data } from "../protocol";

const KEY = /^[A-Za-z0-9_-]{1,128}$/;
const MAX_VALUE = 4096;
const MAX_CLOUD_KEYS = 1024;
const MAX_SAFE_KEYS = 10;
const MAX_DEVICE_CHARACTERS = 5 * 1024 * 1024;

export const storageHandlers: Handlers = {
  web_app_invoke_custom_method: invoke,
  ...keyed("device", "device_storage"),
  ...keyed("secure", "secure_storage"),
  web_app_secure_storage_restore_key: (app, data) =>
    app.post("secure_storage_failed", { req_id: data["req_id"], error: "RESTORE_UNAVAILABLE" }),
};

async function invoke(app: MiniApp, data: Data): Promise<void> {
  const { req_id: requestId, method } = data;
  try {
    const result = await custom(app, String(method), (data["params"] ?? {}) as Data);
    app.post("custom_method_invoked", { req_id: requestId, result });
  } catch (error) {
    app.post("custom_method_invoked", { req_id: requestId, error: (error as Error).message });
  }
}

async function custom(app: MiniApp, method: string, params: Data): Promise<unknown> {
  const cloud = await read(app, "cloud");
  switch (method) {
    case "saveStorageValue":
      checkCloud(cloud, params);
      await write(app, "cloud", { [String(params["key"])]: String(params["value"]) });
      return true;
    case "getStorageValues": {
      const keys = (params["keys"] ?? []) as string[];
      return Object.fromEntries(keys.map((key) => [key, cloud[key] ?? ""]));
    }
    case "getStorageKeys":
      return Object.keys(cloud);
    case "deleteStorageValues": {
      const keys = (params["keys"] ?? []) as string[];
      await write(app, "cloud", Object.fromEntries(keys.map((key) => [key, null])));
      return true;
    }
    case "getRequestedContact":
      return app.sharedContact;
    default:
      throw new Error("METHOD_INVALID");
  }
}

function checkCloud(cloud: Record<string, string>, params: Data): void {
  const key = String(params["key"]);
  if (!KEY.test(key)) throw new Error("KEY_INVALID");
  if (String(params["value"]).length > MAX_VALUE) throw new Error("VALUE_TOO_LONG");
  if (!(key in cloud) && Object.keys(cloud).length >= MAX_CLOUD_KEYS) throw new Error("KEYS_TOO_MUCH");
}

/** DeviceStorage and SecureStorage speak alike: save, get, clear, each with its answer. */
function keyed(area: "device" | "secure", name: string): Handlers {
  return {
    [`web_app_${name}_save_key`]: async (app, data) => {
      const { req_id, key, value } = data;
      const stored = { ...(await read(app, area)), [String(key)]: String(value) };
      if (value != null && isFull(area, stored)) {
        app.post(`${name}_failed`, { req_id, error: "QUOTA_EXCEEDED" });
        return;
      }
      await write(app, area, { [String(key)]: value == null ? null : String(value) });
      app.post(`${name}_key_saved`, { req_id });
    },
    [`web_app_${name}_get_key`]: async (app, data) => {
      const stored = await read(app, area);
      const value = stored[String(data["key"])] ?? null;
      app.post(`${name}_key_received`, { req_id: data["req_id"], value });
    },
    [`web_app_${name}_clear`]: async (app, data) => {
      const stored = await read(app, area);
      await write(app, area, Object.fromEntries(Object.keys(stored).map((key) => [key, null])));
      app.post(`${name}_cleared`, { req_id: data["req_id"] });
    },
  };
}

function isFull(area: "device" | "secure", stored: Record<string, string>): boolean {
  if (area === "secure") return Object.keys(stored).length > MAX_SAFE_KEYS;
  return JSON.stringify(stored).length > MAX_DEVICE_CHARACTERS;
}

const read = (app: MiniApp, area: string): Promise<Record<string, string>> =>
  apps.stored(area, app.bot.id, app.phone.person.id);
const write = (
  app: MiniApp,
  area: string,
  values: Record<string, string | null>,
): Promise<Record<string, string>> => apps.store(area, app.bot.id, app.phone.person.id, values);
