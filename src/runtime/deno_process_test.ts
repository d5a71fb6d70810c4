import { PROCESS_SUITE } from "../../tests/contract/process_suite.ts";
import { testCases } from "../../tests/support/contract_cases.ts";

testCases(import.meta.url, PROCESS_SUITE, /leaves no open file|producer of 1 GB|no more files/);
