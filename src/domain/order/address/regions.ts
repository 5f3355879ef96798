import { foldName } from "./text.ts";

/** ISO 3166-2 subdivisions of countries whose labels carry them: code and names, the parts parted by "=" and "/". */
const SUBDIVISIONS: Readonly<Record<string, string>> = {
  US: "AL=Alabama;AK=Alaska;AZ=Arizona;AR=Arkansas;CA=California;CO=Colorado;CT=Connecticut;DE=Delaware;DC=District of Columbia/Washington DC/Washington D C;FL=Florida;GA=Georgia;HI=Hawaii;ID=Idaho;IL=Illinois;IN=Indiana;" +
    "IA=Iowa;KS=Kansas;KY=Kentucky;LA=Louisiana;ME=Maine;MD=Maryland;MA=Massachusetts;MI=Michigan;MN=Minnesota;MS=Mississippi;MO=Missouri;MT=Montana;NE=Nebraska;NV=Nevada;NH=New Hampshire;NJ=New Jersey;" +
    "NM=New Mexico;NY=New York;NC=North Carolina;ND=North Dakota;OH=Ohio;OK=Oklahoma;OR=Oregon;PA=Pennsylvania;RI=Rhode Island;SC=South Carolina;SD=South Dakota;TN=Tennessee;TX=Texas;UT=Utah;VT=Vermont;" +
    "VA=Virginia;WA=Washington;WV=West Virginia;WI=Wisconsin;WY=Wyoming;AS=American Samoa;GU=Guam;MP=Northern Mariana Islands;PR=Puerto Rico;VI=Virgin Islands/US Virgin Islands;UM=US Minor Outlying Islands;" +
    "FM=Micronesia/Federated States of Micronesia;MH=Marshall Islands;PW=Palau;AA=Armed Forces Americas;AE=Armed Forces Europe;AP=Armed Forces Pacific",
  CA: "AB=Alberta;BC=British Columbia/Colombie-Britannique;MB=Manitoba;NB=New Brunswick/Nouveau-Brunswick;NL=Newfoundland and Labrador/Newfoundland/Terre-Neuve-et-Labrador;NS=Nova Scotia/Nouvelle-Écosse;" +
    "NT=Northwest Territories/Territoires du Nord-Ouest;NU=Nunavut;ON=Ontario;PE=Prince Edward Island/Île-du-Prince-Édouard;QC=Quebec/PQ;SK=Saskatchewan;YT=Yukon/Yukon Territory",
  AU: "ACT=Australian Capital Territory;NSW=New South Wales;NT=Northern Territory;QLD=Queensland;SA=South Australia;TAS=Tasmania;VIC=Victoria;WA=Western Australia",
  BR: "AC=Acre;AL=Alagoas;AP=Amapá;AM=Amazonas;BA=Bahia;CE=Ceará;DF=Distrito Federal;ES=Espírito Santo;GO=Goiás;MA=Maranhão;MT=Mato Grosso;MS=Mato Grosso do Sul;MG=Minas Gerais;PA=Pará;PB=Paraíba;PR=Paraná;" +
    "PE=Pernambuco;PI=Piauí;RJ=Rio de Janeiro;RN=Rio Grande do Norte;RS=Rio Grande do Sul;RO=Rondônia;RR=Roraima;SC=Santa Catarina;SP=São Paulo;SE=Sergipe;TO=Tocantins",
  MX: "AGU=Aguascalientes/AGS;BCN=Baja California/BC;BCS=Baja California Sur;CAM=Campeche;CHP=Chiapas/CHIS;CHH=Chihuahua/CHIH;CMX=Ciudad de México/Distrito Federal/CDMX/DF;COA=Coahuila/Coahuila de Zaragoza/COAH;" +
    "COL=Colima;DUR=Durango/DGO;GUA=Guanajuato/GTO;GRO=Guerrero;HID=Hidalgo/HGO;JAL=Jalisco;MEX=Estado de México/México/EDOMEX;MIC=Michoacán/Michoacán de Ocampo/MICH;MOR=Morelos;NAY=Nayarit;" +
    "NLE=Nuevo León/NL;OAX=Oaxaca;PUE=Puebla;QUE=Querétaro/QRO;ROO=Quintana Roo/Q ROO/QROO;SLP=San Luis Potosí;SIN=Sinaloa;SON=Sonora;TAB=Tabasco;TAM=Tamaulipas/TAMPS;TLA=Tlaxcala/TLAX;" +
    "VER=Veracruz/Veracruz de Ignacio de la Llave;YUC=Yucatán;ZAC=Zacatecas",
  IN: "AN=Andaman and Nicobar Islands;AP=Andhra Pradesh;AR=Arunachal Pradesh;AS=Assam;BR=Bihar;CH=Chandigarh;CT=Chhattisgarh/CG;DH=Dadra and Nagar Haveli and Daman and Diu/Dadra and Nagar Haveli/Daman and Diu;" +
    "DL=Delhi/New Delhi;GA=Goa;GJ=Gujarat;HR=Haryana;HP=Himachal Pradesh;JK=Jammu and Kashmir;JH=Jharkhand;KA=Karnataka;KL=Kerala;LA=Ladakh;LD=Lakshadweep;MP=Madhya Pradesh;MH=Maharashtra;MN=Manipur;" +
    "ML=Meghalaya;MZ=Mizoram;NL=Nagaland;OR=Odisha/Orissa/OD;PY=Puducherry/Pondicherry;PB=Punjab;RJ=Rajasthan;SK=Sikkim;TN=Tamil Nadu;TG=Telangana/TS;TR=Tripura;UP=Uttar Pradesh;UT=Uttarakhand/UK;WB=West Bengal",
};

const byName: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(Object.entries(SUBDIVISIONS).map(([country, text]) => [
  country, new Map(text.split(";").flatMap((entry) => {
    const [code = "", names = ""] = entry.split("=");
    return [code, ...names.split("/")].map((name): [string, string] => [foldName(name), code]);
  })),
]));

/** Whether a country's regions are known here, so that a region can be wrong. */
export const hasRegions = (country: string): boolean => byName.has(country);

/** The code of a state or province by its code (also as "US-NY") or name; null where the country has none called so. */
export function regionCode(country: string, region: string): string | null {
  const known = byName.get(country);
  const folded = foldName(region);
  return known?.get(folded) ?? known?.get(folded.replace(`${country.toLowerCase()} `, "")) ?? null;
}
