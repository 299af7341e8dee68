/** The codes of findings that the user has turned off. */
import * as vscode from 'vscode';
import { settings } from './names.ts';

export const findingsOff = (): string[] => vscode.workspace.getConfiguration(settings.section).get<string[]>(settings.findingsOff, []);
