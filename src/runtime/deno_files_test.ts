import { FILES_SUITE } from "../../tests/contract/files_suite.ts";
import { testCases } from "../../tests/support/contract_cases.ts";

testCases(import.meta.url, FILES_SUITE, /lets go of it/);
