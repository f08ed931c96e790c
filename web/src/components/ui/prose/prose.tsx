/**
 * A stranger's Markdown, rendered without trusting it: HTML is left out, links lead out without
 * telling from where, and of images only those over HTTPS are shown.
 */

import ReactMarkdown, { type Components, type ExtraProps } from "react-markdown";
import remarkGfm from "remark-gfm";

const RENDER: Components = {
  // The page's own headings are h1 and h2: a README's begin below them.
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h4>{children}</h4>,
  h3: ({ children }) => <h5>{children}</h5>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
  a: ({ href, children }) =>
    href ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  p: ({ node, children }) => (isPicture(node) ? <div className="picture">{children}</div> : <p>{children}</p>),
  input: ({ checked }) => <input type="checkbox" checked={checked ?? false} disabled aria-label={checked ? "Done" : "Open"} />,
  img: ({ src, alt }) => <Image src={typeof src === "string" ? src : ""} alt={alt ?? ""} />,
  table: ({ children }) => (
    // A wide table scrolls by itself: whoever has no pointer must reach it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="wide" role="region" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }) => (
    // As a wide table does.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0}>{children}</pre>
  ),
};

export default function Prose({ text }: { text: string }) {
  return (
    <div className="prose">
      <ReactMarkdown remarkPlugins={[remarkGfm]} components={RENDER} skipHtml>
        {text}
      </ReactMarkdown>
    </div>
  );
}

/** Whether a paragraph is one image: a screenshot, whose place is kept while it loads. */
function isPicture(paragraph: ExtraProps["node"]): boolean {
  const [only, ...more] = paragraph?.children ?? [];
  return more.length === 0 && only?.type === "element" && only.tagName === "img";
}

/** The content security policy lets images come from anywhere over HTTPS; others are told by name. */
function Image({ src, alt }: { src: string; alt: string }) {
  if (!src.startsWith("https://")) return <em>{alt ? `Image: ${alt}` : "Image without a safe address"}</em>;
  return <img src={src} alt={alt} loading="lazy" decoding="async" referrerPolicy="no-referrer" />;
}
