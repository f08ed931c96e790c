/** Prepares every test: matchers, a clean page and no session. */

import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { session } from "@/lib/auth/session";

configure({
  // A page's first showing waits for its code to be transformed, on a machine that does other things.
  asyncUtilTimeout: 10_000,
  getElementError: (message) => new Error(message ?? "not found"),
});

// jsdom has no page to scroll, and no pointer to hold: menus and notes ask for both.
window.scrollTo = vi.fn();
Element.prototype.scrollIntoView = vi.fn();
Element.prototype.setPointerCapture = vi.fn();
Element.prototype.releasePointerCapture = vi.fn();
Element.prototype.hasPointerCapture = () => false;

// Nor does it lay anything out.
window.ResizeObserver = class {
  observe = vi.fn();
  unobserve = vi.fn();
  disconnect = vi.fn();
};

// Nor do its files give their bytes away but through a reader.
Blob.prototype.arrayBuffer = function (this: Blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result as ArrayBuffer);
    reader.onerror = () => fail(reader.error ?? new Error("unread"));
    reader.readAsArrayBuffer(this);
  });
};

afterEach(() => {
  cleanup();
  session.end();
  localStorage.clear();
  sessionStorage.clear();
});
