"""Templates of other platforms: pasted, chosen or dropped, edited, and saved as drafts."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from e2e.browser.members import Member, unique

COMPOSE = """\
services:
  web:
    image: traefik/whoami
    ports: ["80"]
    networks: [proxy]
networks:
  proxy: {external: true}
"""
MENDED = 'services:\n  web:\n    image: traefik/whoami\n    ports: ["80"]\n'
CAPROVER = """\
captainVersion: 4
services:
  $$cap_appname:
    image: traefik/whoami:$$cap_version
    caproverExtra: {containerHttpPort: "80"}
caproverOneClickApp:
  displayName: Echo
  description: Answers every request with what it saw.
  variables:
    - {id: $$cap_version, label: Version, defaultValue: latest}
"""
DROP = """([name, text]) => {
  const given = new DataTransfer();
  given.items.add(new File([text], name, { type: "application/yaml" }));
  return given;
}"""


def drop(page: Page, name: str, text: str) -> None:
    """Let a file fall where files may."""
    given = page.evaluate_handle(DROP, [name, text])
    zone = page.get_by_text("Drop files, a folder or a zip archive here.")
    zone.dispatch_event("drop", {"dataTransfer": given})


def save_as(page: Page, draft: str, name: str, text: str | None = None) -> None:
    """Look a draft through in the editor, name it, mend its compose text, and save it."""
    page.get_by_role("button", name=f"Edit {draft} and save").click()
    field = page.get_by_role("textbox", name="Template name")
    expect(field).to_have_value(draft)
    field.fill(name)
    if text is not None:
        page.get_by_role("textbox", name="Compose text").click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(text)
    expect(page.get_by_text("It can run", exact=True)).to_be_visible()
    page.get_by_role("button", name="Create template").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.get_by_text("Draft", exact=True).first).to_be_visible()


def kept(member: Member, name: str) -> str:
    """The compose text of a draft that was saved."""
    [made] = [
        one
        for one in member.account.all("templates", "?scope=mine")
        if one["attributes"]["name"] == name
    ]
    text: str = member.account.get("templates", made["id"])["attributes"]["compose_spec"]
    return text


def test_compose_text_is_pasted_edited_and_saved(member: Member, member_page: Page) -> None:
    member_page.goto("/templates/import")
    member_page.get_by_label("Or paste a text").fill(COMPOSE)
    member_page.get_by_role("button", name="Convert").click()
    expect(member_page.get_by_text("read as Compose")).to_be_visible()
    expect(member_page.get_by_role("region", name="Stands in its way")).to_be_visible()
    edit = member_page.get_by_role("button", name="and save")
    label = edit.get_attribute("aria-label") or ""
    draft, name = label.removeprefix("Edit ").removesuffix(" and save"), unique("Pasted")

    edit.click()
    member_page.get_by_role("textbox", name="Template name").fill(name)
    member_page.get_by_role("button", name="Cancel").click()
    member_page.get_by_role("button", name="Go on writing").click()
    expect(member_page.get_by_role("textbox", name="Template name")).to_have_value(name)
    member_page.get_by_role("button", name="Cancel").click()
    member_page.get_by_role("button", name="Leave and lose the changes").click()

    save_as(member_page, draft, name, MENDED)
    assert kept(member, name) == MENDED


def test_file_of_another_platform_is_chosen(member: Member, member_page: Page) -> None:
    name = unique("Chosen")
    member_page.goto("/templates/import")
    files = member_page.locator("input[type=file]:not([webkitdirectory])")
    given = {"name": "echo.yml", "mimeType": "application/yaml", "buffer": CAPROVER.encode()}
    files.set_input_files([given])
    expect(member_page.get_by_role("status").get_by_text("echo.yml")).to_be_visible()
    member_page.get_by_role("button", name="Convert").click()
    expect(member_page.get_by_text("read as Caprover")).to_be_visible()

    save_as(member_page, "Echo", name)

    assert "traefik/whoami" in kept(member, name)


def test_file_is_dropped(member: Member, member_page: Page) -> None:
    name = unique("Dropped")
    member_page.goto("/templates/import")
    expect(member_page.get_by_label("Or paste a text")).to_be_visible()
    drop(member_page, "echo.yml", CAPROVER)
    expect(member_page.get_by_role("status").get_by_text("echo.yml")).to_be_visible()
    member_page.get_by_role("button", name="Convert").click()

    save_as(member_page, "Echo", name)

    assert "traefik/whoami" in kept(member, name)
