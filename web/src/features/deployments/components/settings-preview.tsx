/** The settings that a template asks for, as whoever deploys it meets them. Nothing is sent. */

import { useState } from "react";
import type { Variable } from "@/lib/api/types";
import { firstSettings, type Settings } from "../settings";
import { VariableField } from "./variable-field";

export function SettingsPreview({ variables }: { variables: Variable[] }) {
  const shape = JSON.stringify(variables);
  const [seen, setSeen] = useState(shape);
  const [settings, setSettings] = useState<Settings>(() => firstSettings(variables));
  if (seen !== shape) {
    setSeen(shape);
    setSettings(firstSettings(variables));
  }
  if (variables.length === 0) return <p className="text-muted text-sm">Nothing: one click deploys it.</p>;
  return (
    <div className="grid gap-4">
      {variables.map((variable) => (
        <VariableField
          key={variable.name}
          variable={variable}
          value={settings[variable.name] ?? ""}
          error={undefined}
          onChange={(value) => setSettings({ ...settings, [variable.name]: value })}
        />
      ))}
    </div>
  );
}
