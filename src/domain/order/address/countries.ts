/**
 * How countries write postcodes. Sources: Universal Postal Union, "Postal addressing systems" (2024), and the address
 * metadata of libaddressinput. A country that is not here follows GENERAL_POSTCODE.
 */
export interface PostcodeRule {
  /** What it is without spaces, hyphens and dots, in capitals. */
  readonly pattern: RegExp;
  /** Where the parts join: so many characters from the start (from the end where negative), and with what. */
  readonly joint?: readonly [at: number, mark: " " | "-"];
  /** One that is right, for whoever has to correct another. */
  readonly example: string;
  /** What people put before the digits for abroad (D-10115), beside the country's own code. */
  readonly sign?: string;
}

const digits = (count: number, example: string, sign?: string): PostcodeRule => ({ pattern: new RegExp(`^\\d{${count}}$`), example, ...(sign === undefined ? {} : { sign }) });

export const POSTCODE_RULES: ReadonlyMap<string, PostcodeRule> = new Map(Object.entries({
  US: { pattern: /^\d{5}(?:\d{4})?$/, joint: [5, "-"], example: "94105" }, PR: { pattern: /^00[679]\d{2}(?:\d{4})?$/, joint: [5, "-"], example: "00901" },
  CA: { pattern: /^[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d$/, joint: [3, " "], example: "K1A 0B1" },
  AU: digits(4, "2000"), NZ: digits(4, "6011"), MX: digits(5, "06000"), BR: { pattern: /^\d{5}(?:\d{3})?$/, joint: [5, "-"], example: "01310-100" },
  AR: { pattern: /^(?:\d{4}|[A-HJ-NP-Z]\d{4}[A-Z]{3})$/, example: "C1425CLA" }, CL: { pattern: /^\d{7}$/, joint: [3, "-"], example: "834-0457" }, CO: digits(6, "110111"),
  GB: { pattern: /^(?:GIR0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-Z]|[A-HK-Y]\d[A-Z])\d[ABD-HJLNP-UW-Z]{2})$/, joint: [-3, " "], example: "SW1A 1AA" },
  IE: { pattern: /^(?:D6W|[AC-FHKNPRTV-Y]\d\d)[0-9AC-FHKNPRTV-Y]{4}$/, joint: [3, " "], example: "D02 AF30" },
  DE: digits(5, "10115", "D"), FR: digits(5, "75001", "F"), IT: digits(5, "00184", "I"), ES: { pattern: /^(?:0[1-9]|[1-4]\d|5[0-2])\d{3}$/, example: "28013", sign: "E" },
  NL: { pattern: /^[1-9]\d{3}[A-Z]{2}$/, joint: [4, " "], example: "1012 LG" }, BE: { pattern: /^[1-9]\d{3}$/, example: "1000", sign: "B" }, LU: digits(4, "1009", "L"),
  AT: { pattern: /^[1-9]\d{3}$/, example: "1010", sign: "A" }, CH: { pattern: /^[1-9]\d{3}$/, example: "8001" }, LI: { pattern: /^94\d{2}$/, example: "9490", sign: "FL" },
  SE: { pattern: /^\d{5}$/, joint: [3, " "], example: "111 20", sign: "S" }, NO: digits(4, "0150", "N"), DK: digits(4, "1050"), FI: digits(5, "00100", "FIN"), IS: digits(3, "101"),
  PL: { pattern: /^\d{5}$/, joint: [2, "-"], example: "00-001" }, PT: { pattern: /^[1-9]\d{3}(?:\d{3})?$/, joint: [4, "-"], example: "1000-205", sign: "P" },
  CZ: { pattern: /^[1-7]\d{4}$/, joint: [3, " "], example: "110 00" }, SK: { pattern: /^[089]\d{4}$/, joint: [3, " "], example: "811 01" }, GR: { pattern: /^\d{5}$/, joint: [3, " "], example: "105 64" },
  HU: digits(4, "1051", "H"), RO: digits(6, "010011"), BG: digits(4, "1000"), HR: digits(5, "10000"), SI: digits(4, "1000", "SLO"), EE: digits(5, "10111", "EST"),
  LT: digits(5, "01103"), LV: digits(4, "1050"), CY: digits(4, "1010"), MT: { pattern: /^[A-Z]{3}\d{4}$/, joint: [3, " "], example: "VLT 1117" }, UA: digits(5, "01001"), TR: digits(5, "34110"),
  MC: { pattern: /^980\d{2}$/, example: "98000" }, SM: { pattern: /^4789\d$/, example: "47890" }, RS: digits(5, "11000", "SRB"),
  JP: { pattern: /^\d{7}$/, joint: [3, "-"], example: "100-0001" }, CN: digits(6, "100000"), KR: digits(5, "03051"), TW: { pattern: /^\d{3}(?:\d{2,3})?$/, example: "100" }, IN: { pattern: /^[1-9]\d{5}$/, example: "110001" },
  SG: digits(6, "018956"), MY: digits(5, "50000"), TH: digits(5, "10200"), PH: digits(4, "1000"), ID: digits(5, "10110"), VN: { pattern: /^\d{5,6}$/, example: "10000" },
  IL: { pattern: /^\d{5}(?:\d{2})?$/, example: "9614303" }, ZA: digits(4, "0001"), EG: digits(5, "11511"), MA: digits(5, "10000"), SA: { pattern: /^\d{5}(?:\d{4})?$/, joint: [5, "-"], example: "11564" },
} satisfies Record<string, PostcodeRule>));

/** Two to ten letters and digits, at least one digit among them. */
export const GENERAL_POSTCODE: PostcodeRule = { pattern: /^(?=.*\d)[A-Z\d]{2,10}$/, example: "12345" };

/** Countries whose addresses have no postcode, or are commonly written without one (Universal Postal Union, 2024). */
export const WITHOUT_POSTCODE: ReadonlySet<string> = new Set(
  ("AE AG AO AW BF BI BJ BO BQ BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GN GQ GY HK IE JM KI KM KN KP LC LY ML MO MR MW NR NU PA QA RW SB SC SL SO SR " +
    "SS ST SX SY TD TF TG TK TL TO TT TV UG VU YE ZW").split(" "),
);

/** ISO 3166-1, alpha-3 before alpha-2. */
const ISO3 =
  "ABW:AW AFG:AF AGO:AO AIA:AI ALA:AX ALB:AL AND:AD ARE:AE ARG:AR ARM:AM ASM:AS ATA:AQ ATF:TF ATG:AG AUS:AU AUT:AT AZE:AZ BDI:BI BEL:BE BEN:BJ BES:BQ BFA:BF BGD:BD BGR:BG BHR:BH BHS:BS BIH:BA BLM:BL " +
  "BLR:BY BLZ:BZ BMU:BM BOL:BO BRA:BR BRB:BB BRN:BN BTN:BT BVT:BV BWA:BW CAF:CF CAN:CA CCK:CC CHE:CH CHL:CL CHN:CN CIV:CI CMR:CM COD:CD COG:CG COK:CK COL:CO COM:KM CPV:CV CRI:CR CUB:CU CUW:CW CXR:CX " +
  "CYM:KY CYP:CY CZE:CZ DEU:DE DJI:DJ DMA:DM DNK:DK DOM:DO DZA:DZ ECU:EC EGY:EG ERI:ER ESH:EH ESP:ES EST:EE ETH:ET FIN:FI FJI:FJ FLK:FK FRA:FR FRO:FO FSM:FM GAB:GA GBR:GB GEO:GE GGY:GG GHA:GH GIB:GI " +
  "GIN:GN GLP:GP GMB:GM GNB:GW GNQ:GQ GRC:GR GRD:GD GRL:GL GTM:GT GUF:GF GUM:GU GUY:GY HKG:HK HMD:HM HND:HN HRV:HR HTI:HT HUN:HU IDN:ID IMN:IM IND:IN IOT:IO IRL:IE IRN:IR IRQ:IQ ISL:IS ISR:IL ITA:IT " +
  "JAM:JM JEY:JE JOR:JO JPN:JP KAZ:KZ KEN:KE KGZ:KG KHM:KH KIR:KI KNA:KN KOR:KR KWT:KW LAO:LA LBN:LB LBR:LR LBY:LY LCA:LC LIE:LI LKA:LK LSO:LS LTU:LT LUX:LU LVA:LV MAC:MO MAF:MF MAR:MA MCO:MC MDA:MD " +
  "MDG:MG MDV:MV MEX:MX MHL:MH MKD:MK MLI:ML MLT:MT MMR:MM MNE:ME MNG:MN MNP:MP MOZ:MZ MRT:MR MSR:MS MTQ:MQ MUS:MU MWI:MW MYS:MY MYT:YT NAM:NA NCL:NC NER:NE NFK:NF NGA:NG NIC:NI NIU:NU NLD:NL NOR:NO " +
  "NPL:NP NRU:NR NZL:NZ OMN:OM PAK:PK PAN:PA PCN:PN PER:PE PHL:PH PLW:PW PNG:PG POL:PL PRI:PR PRK:KP PRT:PT PRY:PY PSE:PS PYF:PF QAT:QA REU:RE ROU:RO RUS:RU RWA:RW SAU:SA SDN:SD SEN:SN SGP:SG SGS:GS " +
  "SHN:SH SJM:SJ SLB:SB SLE:SL SLV:SV SMR:SM SOM:SO SPM:PM SRB:RS SSD:SS STP:ST SUR:SR SVK:SK SVN:SI SWE:SE SWZ:SZ SXM:SX SYC:SC SYR:SY TCA:TC TCD:TD TGO:TG THA:TH TJK:TJ TKL:TK TKM:TM TLS:TL TON:TO " +
  "TTO:TT TUN:TN TUR:TR TUV:TV TWN:TW TZA:TZ UGA:UG UKR:UA UMI:UM URY:UY USA:US UZB:UZ VAT:VA VCT:VC VEN:VE VGB:VG VIR:VI VNM:VN VUT:VU WLF:WF WSM:WS YEM:YE ZAF:ZA ZMB:ZM ZWE:ZW";

export const ISO2_OF_ISO3: ReadonlyMap<string, string> = new Map(ISO3.split(" ").map((pair) => [pair.slice(0, 3), pair.slice(4)]));
export const COUNTRY_CODES: ReadonlySet<string> = new Set([...ISO2_OF_ISO3.values(), "XK"]);
