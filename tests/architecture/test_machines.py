"""The state machines keep the rules of their kind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain import errors
from chalicelib.runtime.declaration import Step
from chalicelib.runtime.step import StepBroken, seconds_before, seconds_slower
from chalicelib.services.work.timelines import QUIET, STORIES
from infra.packaging.registry import discover, steps
from infra.packaging.template import ROOT, machine_files, state_functions

Json = dict[str, Any]
MACHINES: dict[str, Json] = {
    path.name.removesuffix(".asl.json"): json.loads(path.read_text()) for path in machine_files()
}
TASKS = [
    (machine, name)
    for machine, document in MACHINES.items()
    for name, state in document["States"].items()
    if state["Type"] == "Task"
]
LAMBDA_ERRORS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "Runtime.ExitError",
    "States.Timeout",
}
EVENTS_OF_A_TRY, EVENTS_OF_A_STATE = 3, 2
MOST_SECONDS = 3600
"""What a step can be given by the stack's parameter."""
MOST_EVENTS, MOST_EVENTS_ON_AWS = 10_000, 25_000

each_machine = pytest.mark.parametrize("machine", sorted(MACHINES))
each_task = pytest.mark.parametrize(("machine", "name"), TASKS, ids=".".join)


def state_of(machine: str, name: str) -> Json:
    found: Json = MACHINES[machine]["States"][name]
    return found


def following(state: Json) -> set[str]:
    """Where one may go from a state."""
    found = {state.get("Next"), state.get("Default")}
    found |= {choice["Next"] for choice in state.get("Choices", ())}
    found |= {catch["Next"] for catch in state.get("Catch", ())}
    return {name for name in found if name}


def led_to(machine: str) -> set[str]:
    """The states of a run in which nothing fails, those of its waits included."""
    states, reached, todo = MACHINES[machine]["States"], set(), [MACHINES[machine]["StartAt"]]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += following({**states[name], "Catch": ()})
    return reached


def keys_in(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set(node) | {key for value in node.values() for key in keys_in(value)}
    if isinstance(node, list):
        return {key for value in node for key in keys_in(value)}
    return set()


@each_machine
def test_machine_is_written_in_json_path(machine: str) -> None:
    document = MACHINES[machine]

    assert document.get("QueryLanguage", "JSONPath") == "JSONPath"
    assert not keys_in(document) & {"QueryLanguage", "Assign", "Arguments", "Output"}
    assert "{%" not in json.dumps(document)


@each_machine
def test_machine_says_what_it_does_and_how_long_it_may_take(machine: str) -> None:
    document = MACHINES[machine]
    functions = state_functions(machine)
    tasks = [name for owner, name in TASKS if owner == machine]

    least = sum(
        state_of(machine, name)["TimeoutSeconds"] + functions[name].declaration.longest
        for name in tasks
    )

    assert "Budget:" in document["Comment"]
    assert document["TimeoutSeconds"] >= least


@each_machine
def test_every_state_is_reached_and_every_way_ends(machine: str) -> None:
    document = MACHINES[machine]
    states, reached, todo = document["States"], set(), [document["StartAt"]]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += following(states[name])

    assert reached == set(states)
    assert "End" not in keys_in(document)
    ends = {name for name, state in states.items() if not following(state)}
    assert {states[name]["Type"] for name in ends} <= {"Succeed", "Fail"}
    assert all(states[name].get("Error") for name in ends if states[name]["Type"] == "Fail")


def test_states_and_steps_are_the_same() -> None:
    """Every Task is a step's file and every step's file is a Task, by the same name."""
    used = set()
    for machine, name in TASKS:
        function = state_functions(machine).get(name)
        assert function is not None, f"{machine}.{name} has no file"
        assert state_of(machine, name)["Resource"] == f"${{{name}}}"
        used.add(function.module)

    assert {function.module for function, _ in steps()} == used


def test_steps_of_one_machine_are_not_called_like_shared_ones() -> None:
    shared = {function.state for function, _ in steps() if ".shared." in function.module}
    own = [function.state for function, _ in steps() if ".shared." not in function.module]

    assert not shared & set(own)
    assert len(own) == len(set(own))


@each_task
def test_task_waits_longer_than_its_function_may_run(machine: str, name: str) -> None:
    function = state_functions(machine)[name]

    assert state_of(machine, name)["TimeoutSeconds"] > function.declaration.timeout


@each_task
def test_task_tries_again_when_a_function_dies(machine: str, name: str) -> None:
    retries = state_of(machine, name)["Retry"]

    assert {error for retry in retries for error in retry["ErrorEquals"]} >= LAMBDA_ERRORS
    for retry in retries:
        assert retry["JitterStrategy"] == "FULL"
        assert retry["BackoffRate"] > 1
        assert retry["MaxAttempts"] >= 1
        assert retry["MaxDelaySeconds"] >= retry["IntervalSeconds"]


@each_task
def test_task_catches_everything_and_stops_when_it_is_superseded(machine: str, name: str) -> None:
    catches = state_of(machine, name)["Catch"]

    assert catches[0] == {"ErrorEquals": ["Stale"], "ResultPath": "$.error", "Next": "Superseded"}
    if name != "FailWork":
        assert catches[-1]["ErrorEquals"] == ["States.ALL"]
        # What a compensation meets lies beside the error that it compensates.
        assert catches[-1]["ResultPath"] == ("$.error" if name in led_to(machine) else "$.undo")


@each_task
def test_task_gets_what_it_declares_and_keeps_its_result_apart(machine: str, name: str) -> None:
    state = state_of(machine, name)
    allowed = {"id.$", "generation.$", "kind.$", "poll.$", "error.$"}

    assert {"id.$", "generation.$"} <= set(state["Parameters"]) <= allowed
    assert state["ResultPath"] in {"$.poll", "$.done", None}
    assert state["ResultPath"] != "$"


@each_machine
def test_errors_that_are_named_exist(machine: str) -> None:
    named = {
        error
        for state in MACHINES[machine]["States"].values()
        for rule in (*state.get("Retry", ()), *state.get("Catch", ()))
        for error in rule["ErrorEquals"]
    }
    ours = {n for n, e in vars(errors).items() if isinstance(e, type)} | {StepBroken.__name__}

    assert named <= ours | LAMBDA_ERRORS | {"States.ALL"}


def polled(machine: str) -> dict[str, str]:
    """The Tasks that are asked again, by the Wait that leads back to them."""
    states = MACHINES[machine]["States"]
    return {state["Next"]: name for name, state in states.items() if state["Type"] == "Wait"}


@each_machine
def test_every_wait_loop_passes_its_step_and_has_a_deadline(machine: str) -> None:
    functions, states = state_functions(machine), MACHINES[machine]["States"]
    for task, wait in polled(machine).items():
        assert states[wait]["SecondsPath"] == "$.poll.wait"
        assert states[task]["Parameters"]["poll.$"] == "$.poll"
        assert functions[task].declaration.within > 0, f"{machine}.{task} may be asked for ever"
        choice = states[states[task]["Next"]]
        assert choice["Type"] == "Choice"
        assert choice["Default"] == wait
    waiting = {n for n in functions if functions[n].declaration.within} & set(states)
    assert waiting == set(polled(machine)), "a step that waits stands in a loop"


def tries_of(step: Step, within: float) -> int:
    """How often a step is asked at most: every answer comes at once."""
    tries, passed, longest = 1, 0.0, max(within, step.at_most)
    while passed <= longest:
        slower = seconds_slower(passed, closely=step.closely) if step.at_most else 0
        passed += max(seconds_before(tries, soon=True), slower)
        tries += 1
    return tries


def events_of(machine: str, *, tries_each: bool, longest: str = "") -> int:
    """The events of the longest history; each Task's tries once, or at every asking.

    One step may be given the longest time that an installation can configure.
    """
    functions, states = state_functions(machine), MACHINES[machine]["States"]
    total = 2
    for name, state in states.items():
        asked = 1
        if state["Type"] == "Task":
            step = functions[name].declaration
            within = MOST_SECONDS if name == longest else step.within
            asked = tries_of(step, within) if within else 1
            again = sum(retry["MaxAttempts"] for retry in state["Retry"])
            total += EVENTS_OF_A_TRY * (asked + again * (asked if tries_each else 1))
            total += (asked - 1) * 2 * EVENTS_OF_A_STATE
        total += asked * EVENTS_OF_A_STATE
    return total


@each_machine
def test_longest_history_fits(machine: str) -> None:
    assert events_of(machine, tries_each=False) < MOST_EVENTS
    assert events_of(machine, tries_each=True) < MOST_EVENTS_ON_AWS


@each_machine
def test_longest_history_fits_with_a_step_that_is_given_an_hour(machine: str) -> None:
    for name in polled(machine).values():
        assert events_of(machine, tries_each=False, longest=name) < MOST_EVENTS_ON_AWS


def test_provision_may_wait_as_long_as_all_its_steps_can_be_given() -> None:
    waits = len(polled("provision"))
    tasks = [state for state in MACHINES["provision"]["States"].values() if state["Type"] == "Task"]

    least = waits * MOST_SECONDS + sum(state["TimeoutSeconds"] for state in tasks)

    assert MACHINES["provision"]["TimeoutSeconds"] >= least


def test_docs_name_each_wait_with_its_seconds() -> None:
    docs = (ROOT / "docs/architecture.md").read_text()
    waits = {
        function.state: function.declaration.within
        for machine in MACHINES
        for function in state_functions(machine).values()
        if function.declaration.within
    }

    for state, within in waits.items():
        assert f"| {state} | {within:.0f} |" in docs


@pytest.mark.parametrize("soon", [True, False])
def test_waits_grow_from_one_second_to_fifteen(soon: bool) -> None:
    waits = [seconds_before(tries, soon=soon) for tries in range(1, 200)]

    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1, 15)


@each_machine
def test_story_that_people_are_told_is_the_machine(machine: str) -> None:
    """The steps in their order with their usual times, as the machine and the steps say them."""
    functions, document = state_functions(machine), MACHINES[machine]
    told, name = [], document["StartAt"]
    while document["States"][name]["Type"] != "Succeed":
        state = document["States"][name]
        if state["Type"] == "Task" and name not in QUIET:
            told.append((name, functions[name].declaration.usual_seconds))
        name = state["Choices"][0]["Next"] if state["Type"] == "Choice" else state["Next"]

    assert tuple(told) == STORIES[machine]


@pytest.mark.parametrize(
    "module", ["functions.schedules.resume_work", "functions.events.workflows.reconcile_execution"]
)
@pytest.mark.parametrize("kind", ["start", "watch"])
def test_lost_work_of_every_machine_may_be_brought_back(module: str, kind: str) -> None:
    [function] = [one for one in discover() if one.module == module]

    [named] = [need.names for need in function.declaration.needs if need.kind == kind]

    assert set(named) == set(MACHINES)
