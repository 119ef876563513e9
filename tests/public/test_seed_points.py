"""The pages keep every point of the text that they were made from.

The lists below are that text's points, in its order and in its words (slips repaired as the pages show
them), so that a point dropped from a page file fails here. They are written out on purpose, and not read from
the page files.
"""

from __future__ import annotations

from html import unescape
from pathlib import Path
from re import sub

import pytest
from flask.testing import FlaskClient
from ruamel.yaml import YAML

from lms.public.queries import page

MODULES = Path(__file__).parents[2] / "modules"

MTM_INTRODUCTION = (
    "Collaborating between healthcare teams, pharmacists and patients",
    "Medication Therapy Management is a patient-centered and collaborative set of services that focus on "
    "improving health outcomes for patients by improving collaboration among pharmacists and healthcare "
    "teams.",
    "These services are provided by pharmacists in a pharmacy, clinical or community setting to ensure that "
    "patients are receiving appropriate, effective and safe medication.",
    "Pharmacists have a role to play in helping to move Louisiana's health forward.",
    "By partnering with healthcare teams in your community to administer medication therapy management "
    "services, you can improve the management of diabetes and prevention of heart disease.",
    "We can offer assistance in offering medication therapy management services, including developing a "
    "collaborative practice agreement, with healthcare teams in your community.",
)

MTM_COMPONENTS = (
    "Medication Therapy Review is a systematic process of collecting patient-specific information, "
    "assessing medication therapies to identify medication-related problems, developing a prioritized list "
    "of medication-related problems, and creating a plan to resolve them",
    "Personal Medication Record is a comprehensive record of the patient's medications",
    "Medication-Related Action Plan is a patient-centric document containing a list of actions for the "
    "patient to use in tracking progress for self-management",
    "Intervention and/or Referral consists of the pharmacist providing consultative services and "
    "intervening to address medication-related problems; when necessary, the pharmacist refers the patient "
    "to a physician or other healthcare professional",
    "Documentation and Follow-Up consists of medication therapy management services documented in a "
    "consistent manner, and a follow-up medication therapy management visit is scheduled based on the "
    "patient's medication-related needs, or the patient is transitioned from one care setting to another",
)

MTM_REIMBURSEMENT = (
    "Must have a National Provider Identification Number (NPI) to bill Medicare.",
    "If billing Medicare, cannot provide free or reduced services to other patients as this is considered "
    "Medicare fraud.",
    "Medicare billing information",
    "Medicare standard format guidelines",
    "The three billing codes",
    "99605",
    "99606",
    "99607",
    "Contact payers to determine:",
    "whether they will cover medication therapy management services",
    "what their eligibility requirements are",
    "whether they require medication therapy management certification for reimbursement",
    "whether they require a specific contract for reimbursement of medication therapy management services",
    "Billing for Medication Therapy Management Services",
    "Most Medicare patients are eligible for an annual Comprehensive Medication Review.",
    "Comprehensive Medical Review",
    "Some Louisiana Medicaid Managed Care Organizations reimburse for MTM services.",
    "Some private payers in Louisiana reimburse for MTM services.",
    "OutcomesMTM is a preferred referral platform for many of these insurers.",
)

MTM_PROGRAM = (
    "Identify a project champion",
    "Do you have leadership support?",
    "What other partners do you need involved?",
    "Are there resources such as grants or trainings available?",
    "Define your goals",
    "How will this enhance/support your current services?",
    "How will you assess/define success?",
    "How will this increase opportunity for your pharmacy team?",
    "Leverage pharmacy technicians",
    "Establish a business plan",
    "Define your revenue model",
    "Cost-benefit or revenue based",
    "Conduct outreach to necessary primary care partners, employers, or other key partners needed for "
    "coordinated services",
    "Create a financial plan",
    "Expected outcomes (savings/revenue generated)",
    "Any necessary business agreements",
    "Implementation strategy",
    "Patient selection",
    "Appointment scheduling",
    "Patient visit",
    "Documentation",
    "Follow-up",
    "Evaluation strategy",
    "Defining success",
    "How will you demonstrate the impact of your program on patient outcomes?",
    "How will you demonstrate the financial success of your program?",
)

TRAINING_SERIES = (
    "This is a 3-part self-guided online training series which covers the basics of medication therapy "
    "management, including billing, reimbursement and providing these services.",
    "Questions regarding the course or challenges with enrollment?",
    "Create a free user account.",
    "Your name, email, password, and phone number are required.",
    "All other fields are optional.",
    "You will be directed to a checkout page where a discount code will automatically be applied to the MTM course.",
    "You should now be at the training dashboard where you can review all of the content in the course or "
    'choose "Continue" to proceed with the training material.',
    "Module 1: The Why",
    "Module 2: The What",
    "Module 3: The How",
)

OBJECTIVES = {
    "module-1": (
        "Articulate the value of the pharmacist in impacting the quadruple aim",
        "List common barriers for implementation of MTM programs as well as proposed solutions for these barriers",
        "Describe how Star Ratings are impacted by CMR completion rates",
        "Describe how pharmacists bring value to MTM services",
    ),
    "module-2": (
        "Explain the difference between a comprehensive medication review (CMR) and a targeted medication review (TMR)",
        "Describe the key features of the Outcomes MTM platform",
        "List the four main models of the Part D Enhanced Medication Therapy Management Mode",
    ),
    "module-3": (
        "Describe strategies for optimizing workflow for MTM activities",
        "List example MTM activities that can be led by support staff",
        "Compare and contrast motivational interviewing and integrative health coaching",
        "Distinguish between the process of working up a CMR and a TMR",
        "Calculate the cost savings of delegation of MTM activities from a pharmacist to another team member",
        "Compare and contrast MTM services and chronic care management (CCM) services",
    ),
}

CDTM_INTRODUCTION = (
    "allows a pharmacist and qualified physician to collaboratively work together in order to manage the "
    "disease specific drug therapy of one or more patients.",
    "allows qualified pharmacists working within the context of a defined protocol to assume professional "
    "responsibilities such as performing patient assessments, counseling, and referrals.",
    "Establishing a collaborative drug therapy management agreement can enhance patient care through "
    "optimized drug therapy management, decrease drug-related problems and expand the ability of health "
    "care professionals to provide optimal care for their patients.",
    "For more information on how to establish your own collaborative drug therapy management program",
)

CDTM_COMPONENTS = (
    "Establish and maintain a pharmacist-patient relationship.",
    "The physician is required to be geographically located so that the physician, or a back-up physician, "
    "is able to be physically present daily to provide medical care to a patient subject to collaborative "
    "drug therapy management.",
    "Provide a status updated document in the patient's medical record at least quarterly regarding "
    "problems, complications, and noncompliance.",
    "On a scheduled basis no less than every three months, receive a status report on the patient "
    "including, but not limited to, any problem, complication or other issues relating to patient non-"
    "compliance with drug therapy management.",
    "This requirement may be met by entering the information in the patient's medical record.",
    "The patient medical record must include:",
    "Their prescription or order implementing drug therapy management and any subsequent orders or sets",
    "Documentation of annual review and quarterly periodic reports provided by the pharmacist",
    "Consultation and reports",
    "Documentation of patient's informed consent",
    "The pharmacist must be available to the patient via telecommunication if needed.",
    "The physician must be available through direct telecommunication for consultation, assistance, and direction.",
    "The patient must have an established physician-patient relationship including a face-to-face visit.",
    "ability to initiate, discontinue, and substitute medications will be described in the practice agreement.",
    "Order set incorporating patient specific variations.",
    "copy of the order set shall be provided to the pharmacists and included as part of the patient's medical record.",
    "order set must include at a minimum:",
    "Contact information, including phone number, for pharmacist and provider",
    "Patient name, address, gender, date of birth, phone number",
    "Disease or condition to be managed",
    "Disease specific drugs to be utilized",
    "Type and extent of drug therapy management that the physician authorizes the pharmacist to perform",
    "Specific responsibilities of physician and pharmacist",
    "Procedures, criteria, or plan the pharmacist is required to follow",
    "Specific tests related to drug therapy management authorized by the physician for order and evaluation",
    "Reporting and documentation requirements",
    "Conditions and events upon which notification of the collaborating provider is required",
    "Procedures for immediate consultation between pharmacist, provider, and/or patient.",
)

CDTM_REQUIREMENTS = (
    "Pharmacist and physician must be licensed to practice in Louisiana without restrictions.",
    "Pharmacy must complete an application through the Board of Pharmacy.",
    "Registration must be renewed annually and the board must be notified if there are new physician "
    "collaborators not named in the original collaborative drug therapy management",
    "Documentation and notification requirements.",
    "Written consent from the patient is required.",
    "The physician must:",
    "Inform the patient of the collaborative nature of collaborative drug therapy management for the "
    "patient's specific medical disease or condition and provide instructions and contact information for "
    "follow-up visits with the physician and pharmacist",
    "Inform the patient that he or she may decline to participate in a collaborative drug therapy "
    "management practice and may withdraw at any time without terminating the physician-patient "
    "relationship",
    "Provide written disclosure of any contractual or financial arrangement with any other party that may "
    "impact one of the party's decisions to participate in the agreement",
    "Have an agreement maintained and available upon request",
    "Have an agreement that is only valid for up to one year.",
)

CDTM_SCOPE = (
    "Scope of services are limited to:",
    "Monitoring and modifying a disease specific drug therapy",
    "Collecting and reviewing patient history",
    "Obtaining and reviewing vital signs, including pulse, temperature, blood pressure and respiration",
    "Ordering, evaluating, and applying the results of laboratory tests directly related to the disease "
    "specific drug therapy being managed under an order set, provided such tests do not require the "
    "pharmacist to interpret such testing or formulate a diagnosis",
    "Providing disease or condition specific patient education and counseling",
)

CDTM_PROGRAM = (
    "Identify and develop a relationship with the collaborative provider.",
    "Determine what the scope of the CPA will include such as which diseases/conditions will be the focus "
    "and if there are any specific patients or subpopulations to focus on (CPA is patient specific, one per "
    "patient).",
    "Establish what will be the extent of pharmacist involvement in care (medication reconciliation, "
    "ordering labs, refilling prescriptions).",
    "Clearly define roles for both the provider and pharmacist. Is there any required training that either "
    "side would like to include?",
    "Determine a method of communication, include documentation and exchange of patient information, define "
    "frequency of communication and define what information will be shared and in what format.",
    "Define measurable outcomes to assess the impact and success of the CPA.",
    "Inform the patient of the collaboration and impact on their care.",
)

CDTM_REIMBURSEMENT = (
    "No direct reimbursement for a CPA. May lead to increased services, such as medication therapy "
    "management, that are billable.",
    "Pharmacists should consider which health outcome metrics they are impacting for patients served "
    "through a CPA and determine if an incentive payment can be made from the collaborating provider based "
    "on these outcomes.",
    "Cost-savings for the practice may be realized through the increased collaboration and may be shared "
    "with the pharmacist.",
)

CDTM_FUNCTIONS_AND_RESTRICTIONS = (
    "Therapeutic substitution not allowed without the physician's explicit written consent",
    "Disease states limited to those specified in protocol or agreement",
    "Does not include any controlled substances",
    "Pharmacist can perform a physical assessment",
    "Pharmacist can order laboratory tests",
    "Pharmacist can interpret laboratory test results to evaluate but not to be used for diagnosis",
    "Physician must be nearby the collaborating pharmacist.",
    "Pharmacist must register with the board and renew annually",
    "Covers a single pharmacist",
    "Pharmacist cannot initiate new therapy or discontinue current therapy except as specified in the order set",
    "Participating primary care provider must be a physician",
    "Single prescriber",
    "Each CPA covers one individual patient",
    "Patient/drug/disease or condition specific order set prepared by the physician must be based on a "
    "face-to-face visit with the patient",
)

RESOURCES = (
    "The resources below will help you plan, implement and measure the success of your medication therapy "
    "management services.",
    "These resources should not be construed as legal advice, especially related to billing and payment for services.",
    "For questions or more information, connect with us through the assistance form",
)

POINTS = {
    "/mtm": (
        *MTM_INTRODUCTION,
        *MTM_COMPONENTS,
        *MTM_REIMBURSEMENT,
        *MTM_PROGRAM,
        *TRAINING_SERIES,
        *(objective for objectives in OBJECTIVES.values() for objective in objectives),
    ),
    "/cdtm": (
        *CDTM_INTRODUCTION,
        *CDTM_COMPONENTS,
        *CDTM_REQUIREMENTS,
        *CDTM_SCOPE,
        *CDTM_PROGRAM,
        *CDTM_REIMBURSEMENT,
        *CDTM_FUNCTIONS_AND_RESTRICTIONS,
    ),
    "/resources": (*RESOURCES, *MTM_PROGRAM, *CDTM_PROGRAM),
}


def plain(html: str) -> str:
    """The text of a page as one line, with straight quotes."""
    text = unescape(sub(r"<[^>]+>", "", html)).translate(str.maketrans("’“”", '\'""'))
    return " ".join(text.split())


@pytest.mark.parametrize("address", POINTS)
def test_every_point_of_the_source_text_is_on_the_page(client: FlaskClient, address: str) -> None:
    text = plain(client.get(address).text)
    assert not [point for point in POINTS[address] if point not in text]


@pytest.mark.parametrize("module", OBJECTIVES)
def test_objectives_are_word_for_word_in_their_module(module: str) -> None:
    statements = page("mtm").section(module).statements
    assert tuple(statement.text for statement in statements) == OBJECTIVES[module]


def test_there_are_thirteen_objectives_and_the_course_has_the_same() -> None:
    files = sorted(MODULES.glob("*/module.yaml"))
    course = [objective["text"] for file in files for objective in YAML(typ="safe").load(file)["objectives"]]
    written = [objective for objectives in OBJECTIVES.values() for objective in objectives]
    assert len(written) == 13
    assert course == written


@pytest.mark.parametrize("name", ["mtm", "cdtm"])
def test_program_steps_keep_their_order(name: str) -> None:
    steps = MTM_PROGRAM if name == "mtm" else CDTM_PROGRAM
    assert tuple(statement.text for statement in page(name).section("program").walk()) == steps


def test_the_four_steps_to_enroll_keep_their_order(client: FlaskClient) -> None:
    steps = page("mtm").section("enroll").statements
    assert [step.text.split()[0] for step in steps] == ["Go", "Create", "Open", "Choose"]
    html = client.get("/mtm").text
    assert 'href="/register"' in html
    assert 'href="/courses/mtm"' in html


@pytest.mark.parametrize("address", ["/", *POINTS])
def test_nothing_points_to_the_former_host(client: FlaskClient, address: str) -> None:
    html = client.get(address).text.lower()
    assert "avant" not in html
    assert "click here" not in html
    assert "bottom of this webpage" not in html
