/** What the catalogue tells of a template: its name, price and what it is for. */

import { useFormContext } from "react-hook-form";
import { Card } from "@/components/ui/card";
import { Field, Input, Textarea } from "@/components/ui/field";
import { dollars } from "@/lib/format";
import type { TemplateForm } from "../../form";
import type { FaultOf } from "./faults";

interface AboutSectionProps {
  faultOf: FaultOf;
  /** The version that stays as it is; null while none was published. */
  published: string | null;
  categories: string[];
}

export function AboutSection({ faultOf, published, categories }: AboutSectionProps) {
  const { register, watch } = useFormContext<TemplateForm>();
  return (
    <Card title="About">
      <div className="grid gap-4 p-4 sm:grid-cols-2">
        <Field label="Template name" isRequired error={faultOf("name")}>
          {(wiring) => <Input {...wiring} {...register("name")} maxLength={100} autoComplete="off" />}
        </Field>
        <Field
          label="Version"
          isRequired
          error={faultOf("version")}
          hint={published ? `${published} is published and stays as it is: changes become this version.` : "Such as 1.0.0."}
        >
          {(wiring) => <Input {...wiring} {...register("version")} className="font-mono" autoComplete="off" />}
        </Field>
        <div className="sm:col-span-2">
          <Field label="Description" error={faultOf("description")} hint="One or two sentences: what it is, and whom it helps.">
            {(wiring) => (
              <Textarea {...wiring} {...register("description")} maxLength={5000} className="min-h-16 font-sans text-sm" />
            )}
          </Field>
        </div>
        <Field
          label="Made by"
          error={faultOf("creator_name")}
          hint="A name that everybody sees on the app: yours or your company's. Never an e-mail address."
        >
          {(wiring) => <Input {...wiring} {...register("creator_name")} maxLength={60} autoComplete="organization" />}
        </Field>
        <Field label="Category" error={faultOf("category")}>
          {(wiring) => (
            <>
              <Input {...wiring} {...register("category")} maxLength={60} list={`${wiring.id}-known`} autoComplete="off" />
              <datalist id={`${wiring.id}-known`}>
                {categories.map((name) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field label="Tags" error={faultOf("tags")} hint="With commas between them.">
          {(wiring) => <Input {...wiring} {...register("tags")} autoComplete="off" />}
        </Field>
        <Field
          label="Monthly price (USD)"
          error={faultOf("price_monthly_cents")}
          hint={perApp(watch("price_monthly_cents"))}
        >
          {(wiring) => <Input {...wiring} {...register("price_monthly_cents")} inputMode="decimal" className="tnum" />}
        </Field>
        <Field
          label="Disk (MB)"
          error={faultOf("resources_disk_mb")}
          hint="What an app of it may fill; 0 states nothing. CPU and memory follow from the compose text."
        >
          {(wiring) => <Input {...wiring} {...register("resources_disk_mb")} inputMode="numeric" className="tnum" />}
        </Field>
      </div>
    </Card>
  );
}

function perApp(price: string): string {
  const amount = Number(price);
  if (!Number.isFinite(amount)) return "Dollars and cents, such as 4.50.";
  return amount > 0 ? `${dollars(amount)} a month for each app, while it runs.` : "0 is free.";
}
