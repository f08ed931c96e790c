/** The kinds of long work in words: while it goes on, when it is done, when it failed. */

import { words } from "@/lib/format";

interface Words {
  doing: string;
  done: string;
  failed: string;
}

const KINDS: Record<string, Words> = {
  deploy: { doing: "Starting app", done: "Started", failed: "Starting failed" },
  start: { doing: "Starting app", done: "Started", failed: "Starting failed" },
  restart: { doing: "Restarting app", done: "Restarted", failed: "Restart failed" },
  redeploy: { doing: "Changing app", done: "Changed", failed: "Change failed" },
  rollback: { doing: "Undoing a change", done: "Undone", failed: "Undoing failed" },
  stop: { doing: "Stopping app", done: "Stopped", failed: "Stopping failed" },
  remove: { doing: "Deleting app", done: "Deleted", failed: "Deleting failed" },
  delete: { doing: "Deleting app", done: "Deleted", failed: "Deleting failed" },
  backup: { doing: "Backing up", done: "Backed up", failed: "Backup failed" },
  restore: { doing: "Restoring data", done: "Restored", failed: "Restore failed" },
  check: { doing: "Checking server", done: "Checked", failed: "Check failed" },
  provision: { doing: "Setting up server", done: "Set up", failed: "Set-up failed" },
  destroy: { doing: "Destroying server", done: "Destroyed", failed: "Destroying failed" },
  export: { doing: "Exporting the account", done: "Exported", failed: "Export failed" },
  prove: { doing: "Testing the version", done: "Tested", failed: "Test failed" },
  lose: { doing: "Giving server up", done: "Given up", failed: "Giving up failed" },
};

export function wordsOf(kind: string | null): Words {
  return KINDS[kind ?? ""] ?? { doing: "Working", done: "Done", failed: "Failed" };
}

/** The steps of long work in words. One that is not here is called by its own name. */
const STEPS: Record<string, string> = {
  PrepareKeys: "Make its keys",
  CreateServer: "Order the server",
  AwaitServer: "Wait for the server",
  AwaitSSH: "Wait until it lets Hoster in",
  ReplaceHostKey: "Replace its host key",
  InstallDocker: "Install Docker",
  SecureServer: "Secure the server",
  OpenFirewall: "Open the firewall",
  OpenDoor: "Put up its door for the app proxy",
  VerifyServer: "Prove that it is as it should be",
  RegisterNode: "Measure and register it",
  BeginReleaseServer: "Undo what was done",
  ReleaseServer: "Give the server back",
  UndoDeploy: "Undo what was done",
  RetireNode: "Retire the server",
  RemoveApps: "Delete its apps",
  DestroyServer: "Destroy it at the provider",
  BuryApps: "End the apps that were on it",
  FinishLose: "Write down that it is lost",
  FinishDestroy: "Make sure that it is gone",
  PlaceDeployment: "Find its place and address",
  PrepareNode: "Prepare the server",
  PullImages: "Pull images",
  StartServices: "Start services",
  AwaitHealthy: "Wait until healthy",
  PublishRoute: "Publish the address",
  ConfirmRoute: "Check that it answers",
  FinishDeploy: "Finish",
  WithdrawRoute: "Withdraw the address",
  StopServices: "Stop services",
  FinishStop: "Finish",
  FinishRestart: "Finish",
  UndoRestart: "Start what was stopped",
  PlaceRedeploy: "Reserve room beside what runs",
  MeasureVolumes: "See what stays and what is replaced",
  SnapshotVolumes: "Keep the data as it is",
  RetireOld: "Take the old containers away",
  FinishRedeploy: "Finish",
  OpenArchives: "Measure the data",
  SendDumps: "Send the dumps, encrypted",
  SendVolumes: "Send the data, encrypted",
  ResumeApp: "Start the app again",
  CheckArchives: "Prove what the bucket has",
  FinishBackup: "Finish",
  FetchArchives: "Fetch the data and check it",
  SwapVolumes: "Put the data in place",
  LoadDumps: "Load the dumps",
  FinishRestore: "Finish",
  UndoBackup: "Start the app again",
  UndoRestore: "Put the data back",
  UndoRedeploy: "Put back what was",
  AwaitOld: "Wait until the old one is healthy",
  FinishRollback: "Finish",
  ReachNode: "Log in to the server",
  MeasureNode: "Ask Docker and measure",
  NoteFailure: "Write down what failed",
  OrderServer: "Order a server of its own",
  AwaitNode: "Wait until the server is ready",
  StartApp: "Deploy the version on it",
  AwaitApp: "Wait until the app is healthy",
  OpenRoute: "Open it at its address",
  ObserveApp: "Measure while it runs",
  RestartServer: "Restart the server",
  AwaitReturn: "Wait until the app is back",
  MeasureApp: "Measure memory, CPU and disk",
  RemoveApp: "Delete the app",
  ReturnServer: "Destroy the server",
  FinishProof: "Attach what was measured",
  BackUpApps: "Back up the apps",
  WriteFiles: "Write the files",
  JoinPieces: "Join them into one archive",
  FinishExport: "Keep it for seven days",
  RemoveServices: "Remove services and data",
  FinishRemove: "Give everything back",
};

export function stepName(name: string): string {
  return STEPS[name] ?? words(name);
}
