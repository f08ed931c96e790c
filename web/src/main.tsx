/** Starts the app. */

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "@/app/provider";
import { applyTheme } from "@/lib/theme";
import "@/styles/index.css";

// Tells /again.js that every script of the bundle came.
document.documentElement.dataset.began = "true";
applyTheme();

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Provider />
    </StrictMode>,
  );
}
